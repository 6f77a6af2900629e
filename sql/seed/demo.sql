-- SPDX-License-Identifier: Apache-2.0
--
-- An invented city: names, places and people do not exist. Applied again it changes
-- nothing that is there.
insert into force (id, name, country, language) values (1, '花咲県警察', 'jp', 'ja')
on conflict do nothing;

insert into area (id, force_id, name, time_zone) values
    (1, 1, '花咲警察署', 'Asia/Tokyo'),
    (2, 1, '港町警察署', 'Asia/Tokyo'),
    (9, 1, '本部', 'Asia/Tokyo')
on conflict do nothing;

insert into koban (id, area_id, slug, name, name_ja, name_id, name_en, is_desk, latitude,
    longitude, territory) values
    (10, 1, 'hanasaki-desk', '花咲警察署', '花咲警察署', 'Polsek Hanasaki', 'Hanasaki Station', true, 35.7010, 139.7010, null),
    (11, 1, 'sakura', '桜町交番', '桜町交番', 'Koban Sakura', 'Sakura Koban', false, 35.7000, 139.7000,
     '{"type":"Polygon","coordinates":[[[139.69,35.69],[139.71,35.69],[139.71,35.705],[139.69,35.705],[139.69,35.69]]]}'),
    (12, 1, 'umeda', '梅田交番', '梅田交番', 'Koban Umeda', 'Umeda Koban', false, 35.7120, 139.7000,
     '{"type":"Polygon","coordinates":[[[139.69,35.705],[139.71,35.705],[139.71,35.72],[139.69,35.72],[139.69,35.705]]]}'),
    (13, 1, 'eki-mae', '花咲駅前交番', '花咲駅前交番', 'Koban Stasiun Hanasaki', 'Hanasaki Ekimae Koban', false, 35.7000, 139.7200,
     '{"type":"Polygon","coordinates":[[[139.71,35.69],[139.73,35.69],[139.73,35.72],[139.71,35.72],[139.71,35.69]]]}'),
    (20, 2, 'minato-desk', '港町警察署', '港町警察署', 'Polsek Minato', 'Minato Station', true, 35.6600, 139.7600, null),
    (21, 2, 'hama', '浜辺交番', '浜辺交番', 'Koban Hama', 'Hama Koban', false, 35.6580, 139.7600,
     '{"type":"Polygon","coordinates":[[[139.75,35.65],[139.77,35.65],[139.77,35.67],[139.75,35.67],[139.75,35.65]]]}'),
    (90, 9, 'command', '通信指令室', '通信指令室', 'Pusat Komando', 'Command Desk', true, 35.6900, 139.7400, null)
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
    (11, '桜町', '桜町', '桜町', 'town', 0),
    (11, 'sakuramachi', '桜町', 'Sakuramachi', 'town', 0),
    (11, 'sakura machi', '桜町', 'Sakura machi', 'town', 0),
    (11, 'さくらまち', '桜町', 'さくらまち', 'town', 0),
    (11, '桜町一丁目', '桜町一丁目', '桜町一丁目', 'chome', 0),
    (11, '桜町1丁目', '桜町一丁目', '桜町1丁目', 'chome', 0),
    (11, '桜町二丁目', '桜町二丁目', '桜町二丁目', 'chome', 0),
    (11, '桜町2丁目', '桜町二丁目', '桜町2丁目', 'chome', 0),
    (11, '桜町三丁目', '桜町三丁目', '桜町三丁目', 'chome', 0),
    (11, '桜町3丁目', '桜町三丁目', '桜町3丁目', 'chome', 0),
    (11, '桜町公園', '桜町公園', '桜町公園', 'park', 0),
    (11, 'sakuramachi park', '桜町公園', 'Sakuramachi Park', 'park', 0),
    (11, 'たこ公園', '桜町公園', 'タコ公園', 'park', 0),
    (11, '桜町小学校', '桜町小学校', '桜町小学校', 'school', 0),
    (12, '梅田町', '梅田町', '梅田町', 'town', 0),
    (12, 'umedacho', '梅田町', 'Umedacho', 'town', 0),
    (12, 'うめだちょう', '梅田町', 'うめだちょう', 'town', 0),
    (12, '梅田商店街', '梅田商店街', '梅田商店街', 'landmark', 0),
    (12, 'うめ通り', '梅田商店街', 'うめ通り', 'landmark', 0),
    (13, '花咲駅', '花咲駅', '花咲駅', 'station', 0),
    (13, 'hanasaki station', '花咲駅', 'Hanasaki Station', 'station', 0),
    (13, 'はなさきえき', '花咲駅', 'はなさきえき', 'station', 0),
    (13, '花咲駅前ろたり', '花咲駅前ロータリー', '花咲駅前ロータリー', 'landmark', 0),
    (13, '駅前ろたり', '花咲駅前ロータリー', '駅前ロータリー', 'landmark', 0),
    (21, '浜辺町', '浜辺町', '浜辺町', 'town', 0),
    (21, 'hamabecho', '浜辺町', 'Hamabecho', 'town', 0),
    (21, 'はまべちょう', '浜辺町', 'はまべちょう', 'town', 0),
    (21, '港町漁港', '港町漁港', '港町漁港', 'landmark', 0),
    (21, 'みなと漁港', '港町漁港', 'みなと漁港', 'landmark', 0),
    (11, '本町', '本町', '本町', 'town', 0),
    (11, 'honcho', '本町', 'Honcho', 'town', 0),
    (12, '本町', '本町', '本町', 'town', 0),
    (12, 'honcho', '本町', 'Honcho', 'town', 0),
    (11, '本町一丁目', '本町一丁目', '本町一丁目', 'chome', 0),
    (11, '本町1丁目', '本町一丁目', '本町1丁目', 'chome', 0),
    (12, '本町二丁目', '本町二丁目', '本町二丁目', 'chome', 0),
    (12, '本町2丁目', '本町二丁目', '本町2丁目', 'chome', 0))
    p(koban_id, folded, name, spelling, kind, mode) join koban k on k.id = p.koban_id
on conflict do nothing;

insert into officer (id, area_id, koban_id, login, public_name, role, language) values
    (101, 1, 11, 'sato', '佐藤', 0, 'ja'),
    (102, 1, 11, 'suzuki', '鈴木', 0, 'en'),
    (103, 1, 12, 'tanaka', '田中', 0, 'ja'),
    (104, 1, 13, 'wayan', 'Wayan', 0, 'id'),
    (105, 1, 10, 'ito', '伊藤', 1, 'ja'),
    (106, 2, 21, 'kimura', '木村', 0, 'ja'),
    (107, 2, 20, 'mori', '森', 1, 'ja'),
    (108, 9, 90, 'command', '指令', 1, 'ja'),
    (109, 9, 90, 'admin', '管理', 2, 'en')
on conflict do nothing;

insert into channel (id, force_id, intake_id, name, adapter, koban_id, desk_koban_id,
    settings) values
    (1, 1, 1, 'chat', 'webchat', null, 10, '{}'),
    (2, 1, 1, 'sms-demo', 'webhook', null, 10, '{"base_url":"http://127.0.0.1:8099/sms"}'),
    (3, 1, 2, 'line-demo', 'line', null, 10, '{"base_url":"http://127.0.0.1:8099"}'),
    (4, 1, 3, 'twilio-demo', 'twilio', null, 10, '{"base_url":"http://127.0.0.1:8099",
      "account_sid":"AC0123456789abcdef0123456789abcdef", "from":"+815012345678",
      "price_per_part":"0.0880", "currency":"USD"}')
on conflict do nothing;

-- Officers' own phones hear pages on the demo SMS centre.
insert into officer_phone (officer_id, channel_id, address, is_verified) values
    (101, 2, '+819000000101', true),
    (102, 2, '+819000000102', true),
    (103, 2, '+819000000103', true),
    (105, 2, '+819000000105', true)
on conflict do nothing;

insert into canned (id, force_id, shortcut, language, body) values
    (1, 1, 'where', 'ja', '今どこにいますか。住所か目印を教えてください。'),
    (2, 1, 'where', 'id', 'Anda di mana sekarang? Tulis alamat atau patokan.'),
    (3, 1, 'where', 'en', 'Where are you now? An address or a landmark will do.'),
    (4, 1, 'hurt', 'ja', 'けがをしている人はいますか。'),
    (5, 1, 'hurt', 'id', 'Ada yang terluka?'),
    (6, 1, 'hurt', 'en', 'Is anyone hurt?'),
    (7, 1, 'safe', 'ja', '安全な場所に移動できますか。無理はしないでください。'),
    (8, 1, 'safe', 'id', 'Bisa pindah ke tempat aman? Jangan memaksakan diri.'),
    (9, 1, 'safe', 'en', 'Can you get to a safe place? Do not take risks.'),
    (10, 1, 'wallet', 'ja', '落とし物の届け出を受け付けます。いつ、どこで、どんな物でしたか。'),
    (11, 1, 'wallet', 'id', 'Kami catat kehilangan Anda. Kapan, di mana, dan seperti apa barangnya?'),
    (12, 1, 'wallet', 'en', 'We take a report of your lost item. When, where, and what did it look like?')
on conflict do nothing;
