// SPDX-License-Identifier: Apache-2.0
//
// console/openapi.json for tests: validators of its schemas.
import Ajv2020 from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const path = join(dirname(fileURLToPath(import.meta.url)), "..", "openapi.json");
export const description = JSON.parse(readFileSync(path, "utf8"));
const ajv = new (Ajv2020.default ?? Ajv2020)({ strict: false, allErrors: true });
ajv.addSchema(description, "openapi");

export function compileSchema(name) {
  return ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
}

// Throws with what is wrong when a value is not as described.
export function assertSchema(name, value) {
  const validate = compileSchema(name);
  if (!validate(value)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
}
