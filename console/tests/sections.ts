// SPDX-License-Identifier: Apache-2.0
//
// What the test of the sections looks at, as one bundle: one store.
export { actions } from "../src/actions";
export { sections } from "../src/sections";
export { readAddress, writeAddress } from "../src/address";
