-- SPDX-License-Identifier: Apache-2.0
--
-- An invented district of an invented city: names, places and people do not exist.
insert into force (id, name, country, language) values (1, 'Polres Contoh', 'id', 'id')
on conflict do nothing;
insert into area (id, force_id, name, time_zone) values
    (1, 1, 'Polsek Contoh', 'Asia/Jakarta'), (9, 1, 'Pusat', 'Asia/Jakarta')
on conflict do nothing;
insert into koban (id, area_id, slug, name, name_ja, name_id, name_en, is_desk, latitude,
    longitude, territory) values
    (10, 1, 'contoh-desk', 'Polsek Contoh', 'チョント警察署', 'Polsek Contoh', 'Contoh Station', true, -6.2400, 107.0000, null),
    (11, 1, 'melati', 'BKPM Melati', 'BKPM ムラティ', 'BKPM Melati', 'BKPM Melati', false, -6.2410, 107.0010,
     '{"type":"Polygon","coordinates":[[[106.99,-6.25],[107.01,-6.25],[107.01,-6.23],[106.99,-6.23],[106.99,-6.25]]]}'),
    (12, 1, 'anggrek', 'BKPM Anggrek', 'BKPM アングレック', 'BKPM Anggrek', 'BKPM Anggrek', false, -6.2410, 107.0200,
     '{"type":"Polygon","coordinates":[[[107.01,-6.25],[107.03,-6.25],[107.03,-6.23],[107.01,-6.23],[107.01,-6.25]]]}'),
    (90, 9, 'command', 'Pusat Komando', '通信指令室', 'Pusat Komando', 'Command Desk', true, -6.2500, 107.0100, null)
on conflict do nothing;
update koban set neighbour_id = 12 where id = 11 and neighbour_id is null;
update koban set neighbour_id = 11 where id = 12 and neighbour_id is null;
update area set desk_koban_id = 10 where id = 1 and desk_koban_id is null;
update area set desk_koban_id = 90 where id = 9 and desk_koban_id is null;
update force set command_koban_id = 90 where id = 1 and command_koban_id is null;
insert into place (koban_id, folded, name) values
    (11, 'kampung melati', 'Kampung Melati'), (12, 'kampung anggrek', 'Kampung Anggrek')
on conflict do nothing;
insert into officer (id, area_id, koban_id, login, public_name, role, language) values
    (101, 1, 11, 'budi', 'Aipda Budi', 0, 'id'),
    (102, 1, 12, 'siti', 'Bripka Siti', 0, 'id'),
    (105, 1, 10, 'agus', 'Iptu Agus', 1, 'id'),
    (108, 9, 90, 'command', 'Komando', 1, 'id'),
    (109, 9, 90, 'admin', 'Admin', 2, 'en')
on conflict do nothing;
insert into channel (id, force_id, intake_id, name, adapter, koban_id, desk_koban_id,
    settings) values
    (1, 1, 1, 'chat', 'webchat', null, 10, '{}'),
    (2, 1, 1, 'sms-demo', 'webhook', null, 10, '{"base_url":"http://127.0.0.1:8099/sms"}')
on conflict do nothing;
insert into officer_phone (officer_id, channel_id, address, is_verified) values
    (101, 2, '+628110000101', true), (102, 2, '+628110000102', true)
on conflict do nothing;
insert into canned (id, force_id, shortcut, language, body) values
    (1, 1, 'where', 'id', 'Anda di mana sekarang? Tulis alamat atau patokan.'),
    (2, 1, 'where', 'en', 'Where are you now? An address or a landmark will do.'),
    (3, 1, 'hurt', 'id', 'Ada yang terluka?'),
    (4, 1, 'hurt', 'en', 'Is anyone hurt?')
on conflict do nothing;
