-- SPDX-License-Identifier: Apache-2.0
-- The last corrections, newest first; no words.
create or replace function admin_correction_list(p_limit int)
returns table (at timestamptz, officer text, thread int, model text, said text, is_now text,
    state text, reviewer text, has_words bool)
language sql stable set search_path = public, pg_temp as $$
    select c.at, coalesce(o.login, c.officer_id::text), t.number, c.model,
        (array['other','command','consultation','unclear','emergency'])[c.said_intent + 1],
        (array['other','command','consultation','unclear','emergency'])[c.intent + 1],
        (array['counts','waiting','refused'])[c.state + 1], coalesce(r.login, ''), m.body <> ''
    from correction c
    join thread t on t.area_id = c.area_id and t.id = c.thread_id
    join message m on m.area_id = c.area_id and m.thread_id = c.thread_id and m.id = c.message_id
    left join officer o on o.id = c.officer_id
    left join officer r on r.id = c.reviewer_id
    order by c.at desc limit p_limit
$$;
revoke execute on function admin_correction_list(int) from public;
comment on function admin_correction_list(int) is
    'The last corrections, newest first; no words.';
