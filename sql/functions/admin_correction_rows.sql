-- SPDX-License-Identifier: Apache-2.0
-- What training learns from corrections: those that count, of messages that still have their
-- words; where officers differ, the highest. At most p_each of an officer, the newest. That words
-- were taken for training is in the audit.
create or replace function admin_correction_rows(p_each int)
returns table (r_language text, r_intent smallint, r_category smallint, r_urgency smallint,
    r_text text)
language sql set search_path = public, pg_temp as $$
    with counting as (
        select c.*, row_number() over (partition by c.officer_id order by c.at desc,
            c.message_id desc) as n
        from correction c where c.state = 0
    ), one as (
        select distinct on (c.area_id, c.thread_id, c.message_id) c.*
        from counting c where c.n <= p_each
        order by c.area_id, c.thread_id, c.message_id, c.intent desc, c.at desc
    ), taken as (
        select c.area_id, c.at, t.language, c.intent, c.category, m.body
        from one c
        join thread t on t.area_id = c.area_id and t.id = c.thread_id
        join message m on m.area_id = c.area_id and m.thread_id = c.thread_id
            and m.id = c.message_id
        where m.body <> '' and not m.is_hidden
    ), audited as (
        insert into audit (area_id, officer_id, thread_id, action, detail)
        select area_id, 0, 0, 'triage.train', count(*)::text from taken group by area_id
    )
    select language, intent, category, (case when intent = 4 then 3 else 0 end)::smallint, body
    from taken order by at
$$;
revoke execute on function admin_correction_rows(int) from public;
comment on function admin_correction_rows(int) is
    'What training learns from corrections: those that count, of messages that still have their words.';
