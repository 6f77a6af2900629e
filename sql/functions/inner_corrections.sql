-- SPDX-License-Identifier: Apache-2.0
-- What officers said triage got wrong in a thread, within the scope that is set.
create or replace function inner_corrections(p_area_id int, p_thread_id bigint)
returns jsonb
language sql security definer set search_path = public, pg_temp as $$
    select coalesce(jsonb_agg(jsonb_build_object('message', c.message_id::text,
        'officer', jsonb_build_object('id', c.officer_id::text,
            'name', coalesce(o.public_name, '')),
        'said', (array['other','command','consultation','unclear','emergency'])[c.said_intent + 1],
        'intent', (array['other','command','consultation','unclear','emergency'])[c.intent + 1],
        'state', (array['counts','waiting','refused'])[c.state + 1])
        order by c.message_id, c.at), '[]')
    from correction c left join officer o on o.id = c.officer_id
    where c.area_id = p_area_id and c.thread_id = p_thread_id
$$;
alter function inner_corrections(int, bigint) owner to koban_scoped;
revoke execute on function inner_corrections(int, bigint) from public;
comment on function inner_corrections(int, bigint) is
    'What officers said triage got wrong in a thread, within the scope that is set.';
