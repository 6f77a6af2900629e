-- SPDX-License-Identifier: Apache-2.0
--
-- An invented district of Bekasi: its kecamatan, kelurahan, posts and people do not exist.
-- Applied again it changes nothing that is there.
insert into force (id, name, country, language) values (1, 'Polres Bekasi Contoh', 'id', 'id')
on conflict do nothing;

insert into area (id, force_id, name, time_zone) values
    (1, 1, 'Polsek Melati Raya', 'Asia/Jakarta'),
    (2, 1, 'Polsek Cempaka Raya', 'Asia/Jakarta'),
    (9, 1, 'Polres', 'Asia/Jakarta')
on conflict do nothing;

insert into koban (id, area_id, slug, name, name_ja, name_id, name_en, is_desk, latitude,
    longitude, territory) values
    (10, 1, 'contoh-desk', 'Polsek Melati Raya', 'ムラティ・ラヤ警察署', 'Polsek Melati Raya', 'Melati Raya Station', true, -6.2400, 107.0000, null),
    (11, 1, 'melati', 'BKPM Melati', 'BKPM ムラティ', 'BKPM Melati', 'BKPM Melati', false, -6.2410, 107.0010,
     '{"type":"Polygon","coordinates":[[[106.99,-6.25],[107.01,-6.25],[107.01,-6.23],[106.99,-6.23],[106.99,-6.25]]]}'),
    (12, 1, 'anggrek', 'BKPM Anggrek', 'BKPM アングレック', 'BKPM Anggrek', 'BKPM Anggrek', false, -6.2410, 107.0200,
     '{"type":"Polygon","coordinates":[[[107.01,-6.25],[107.03,-6.25],[107.03,-6.23],[107.01,-6.23],[107.01,-6.25]]]}'),
    (13, 1, 'pasar', 'BKPM Pasar Kenanga', 'BKPM クナンガ市場', 'BKPM Pasar Kenanga', 'BKPM Kenanga Market', false, -6.2200, 107.0000,
     '{"type":"Polygon","coordinates":[[[106.99,-6.23],[107.03,-6.23],[107.03,-6.21],[106.99,-6.21],[106.99,-6.23]]]}'),
    (20, 2, 'cempaka-desk', 'Polsek Cempaka Raya', 'チュンパカ・ラヤ警察署', 'Polsek Cempaka Raya', 'Cempaka Raya Station', true, -6.2700, 107.0400, null),
    (21, 2, 'cempaka', 'BKPM Cempaka', 'BKPM チュンパカ', 'BKPM Cempaka', 'BKPM Cempaka', false, -6.2720, 107.0400,
     '{"type":"Polygon","coordinates":[[[107.03,-6.28],[107.05,-6.28],[107.05,-6.26],[107.03,-6.26],[107.03,-6.28]]]}'),
    (90, 9, 'command', 'Pusat Komando', '通信指令室', 'Pusat Komando', 'Command Desk', true, -6.2500, 107.0100, null)
on conflict do nothing;
update koban set neighbour_id = 12 where id = 11 and neighbour_id is null;
update koban set neighbour_id = 11 where id in (12, 13) and neighbour_id is null;
update koban set neighbour_id = 20 where id = 21 and neighbour_id is null;
update area set desk_koban_id = 10 where id = 1 and desk_koban_id is null;
update area set desk_koban_id = 20 where id = 2 and desk_koban_id is null;
update area set desk_koban_id = 90 where id = 9 and desk_koban_id is null;
update force set command_koban_id = 90 where id = 1 and command_koban_id is null;

insert into place (area_id, list, koban_id, folded, name, spelling, kind, mode)
select k.area_id, 'demo', k.id, p.folded, p.name, p.spelling, p.kind, p.mode
from (values
    (11, 'kampung melati', 'Kampung Melati', 'Kampung Melati', 'town', 0),
    (11, 'kp melati', 'Kampung Melati', 'Kp Melati', 'town', 0),
    (11, 'kelurahan melati', 'Kelurahan Melati', 'Kelurahan Melati', 'town', 0),
    (11, 'kel melati', 'Kelurahan Melati', 'Kel Melati', 'town', 0),
    (12, 'kampung anggrek', 'Kampung Anggrek', 'Kampung Anggrek', 'town', 0),
    (12, 'kp anggrek', 'Kampung Anggrek', 'Kp Anggrek', 'town', 0),
    (12, 'kelurahan anggrek', 'Kelurahan Anggrek', 'Kelurahan Anggrek', 'town', 0),
    (12, 'kel anggrek', 'Kelurahan Anggrek', 'Kel Anggrek', 'town', 0),
    (21, 'kampung cempaka', 'Kampung Cempaka', 'Kampung Cempaka', 'town', 0),
    (21, 'kp cempaka', 'Kampung Cempaka', 'Kp Cempaka', 'town', 0),
    (21, 'kelurahan cempaka', 'Kelurahan Cempaka', 'Kelurahan Cempaka', 'town', 0),
    (21, 'kel cempaka', 'Kelurahan Cempaka', 'Kel Cempaka', 'town', 0),
    (13, 'kelurahan kenanga', 'Kelurahan Kenanga', 'Kelurahan Kenanga', 'town', 0),
    (13, 'kel kenanga', 'Kelurahan Kenanga', 'Kel Kenanga', 'town', 0),
    (11, 'taman melati', 'Taman Melati', 'Taman Melati', 'park', 0),
    (11, 'perumahan melati indah', 'Perumahan Melati Indah', 'Perumahan Melati Indah', 'landmark', 0),
    (11, 'perum melati indah', 'Perumahan Melati Indah', 'Perum Melati Indah', 'landmark', 0),
    (12, 'perumahan anggrek permai', 'Perumahan Anggrek Permai', 'Perumahan Anggrek Permai', 'landmark', 0),
    (12, 'perum anggrek permai', 'Perumahan Anggrek Permai', 'Perum Anggrek Permai', 'landmark', 0),
    (13, 'pasar kenanga', 'Pasar Kenanga', 'Pasar Kenanga', 'landmark', 0),
    (13, 'pasar lama kenanga', 'Pasar Kenanga', 'Pasar Lama Kenanga', 'landmark', 0),
    (13, 'stasiun kenanga', 'Stasiun Kenanga', 'Stasiun Kenanga', 'station', 0),
    (13, 'st kenanga', 'Stasiun Kenanga', 'St Kenanga', 'station', 0),
    (11, 'warung bu tini', 'Warung Bu Tini', 'Warung Bu Tini', 'nickname', 0),
    (11, 'warung tini', 'Warung Bu Tini', 'Warung Tini', 'nickname', 0),
    (13, 'jembatan merah', 'Jembatan Merah', 'Jembatan Merah', 'landmark', 0),
    (11, 'jalan raya kenanga', 'Jalan Raya Kenanga', 'Jalan Raya Kenanga', 'road', 0),
    (11, 'jl raya kenanga', 'Jalan Raya Kenanga', 'Jl Raya Kenanga', 'road', 0),
    (13, 'jalan raya kenanga', 'Jalan Raya Kenanga', 'Jalan Raya Kenanga', 'road', 0),
    (13, 'jl raya kenanga', 'Jalan Raya Kenanga', 'Jl Raya Kenanga', 'road', 0))
    p(koban_id, folded, name, spelling, kind, mode) join koban k on k.id = p.koban_id
on conflict do nothing;

insert into officer (id, area_id, koban_id, login, public_name, role, language) values
    (101, 1, 11, 'budi', 'Aipda Budi', 0, 'id'),
    (102, 1, 12, 'siti', 'Bripka Siti', 0, 'id'),
    (103, 1, 11, 'wayan', 'Bripka Wayan', 0, 'en'),
    (104, 1, 13, 'rina', 'Briptu Rina', 0, 'id'),
    (105, 1, 10, 'agus', 'Iptu Agus', 1, 'id'),
    (106, 2, 21, 'joko', 'Aipda Joko', 0, 'id'),
    (107, 2, 20, 'dewi', 'Iptu Dewi', 1, 'id'),
    (108, 9, 90, 'command', 'Komando', 1, 'id'),
    (109, 9, 90, 'admin', 'Admin', 2, 'en')
on conflict do nothing;

insert into channel (id, force_id, intake_id, name, adapter, koban_id, desk_koban_id,
    settings) values
    (1, 1, 1, 'chat', 'webchat', null, 10, '{}'),
    (2, 1, 1, 'sms-demo', 'webhook', null, 10, '{"base_url":"http://127.0.0.1:8099/sms"}'),
    (3, 1, 2, 'line-demo', 'line', null, 10, '{"base_url":"http://127.0.0.1:8099"}')
on conflict do nothing;

-- Officers' own phones hear pages on the demo SMS centre.
insert into officer_phone (officer_id, channel_id, address, is_verified) values
    (101, 2, '+628110000101', true),
    (102, 2, '+628110000102', true),
    (103, 2, '+628110000103', true),
    (105, 2, '+628110000105', true)
on conflict do nothing;

-- A few people of the neighbourhood who asked for alerts: topics are bits of the pack's ids
-- (1 missing, 2 crime, 5 disaster, 8 brawls).
insert into subscription (area_id, channel_id, address, id, intake_id, contact_id, state, kobans,
    topics, language, quiet_from, quiet_to, source, consented_at)
select 1, 2, '+62811000020' || n, 200 + n, 1, 200 + n, 1, array[10 + n], 1 << 1 | 1 << 2 | 1 << 5 | 1 << 8,
    'id', -1, -1, 'demo', now()
from generate_series(1, 3) n
on conflict do nothing;

insert into canned (id, force_id, shortcut, language, body) values
    (1, 1, 'where', 'id', 'Anda di mana sekarang? Tulis alamat, RT/RW, atau patokan.'),
    (2, 1, 'where', 'en', 'Where are you now? An address or a landmark will do.'),
    (3, 1, 'hurt', 'id', 'Ada yang terluka?'),
    (4, 1, 'hurt', 'en', 'Is anyone hurt?'),
    (5, 1, 'where', 'ja', '今どこにいますか。住所か目印を教えてください。'),
    (6, 1, 'hurt', 'ja', 'けがをしている人はいますか。'),
    (7, 1, 'safe', 'id', 'Bisa pindah ke tempat aman? Jangan memaksakan diri.'),
    (8, 1, 'safe', 'en', 'Can you get to a safe place? Do not take risks.'),
    (9, 1, 'safe', 'ja', '安全な場所に移動できますか。無理はしないでください。'),
    (10, 1, 'wallet', 'id', 'Kami catat kehilangan Anda. Kapan, di mana, dan seperti apa barangnya?'),
    (11, 1, 'wallet', 'en', 'We take a report of your lost item. When, where, and what did it look like?'),
    (12, 1, 'wallet', 'ja', '落とし物の届け出を受け付けます。いつ、どこで、どんな物でしたか。')
on conflict do nothing;
