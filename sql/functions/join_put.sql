-- SPDX-License-Identifier: Apache-2.0
-- An address that asked on the page /join/<koban>, with the hash of its code. False where
-- no code is sent: three an hour and address, 2,000 an hour in all, or texts are refused.
create or replace function join_put(p_intake_id int, p_id bigint, p_hash bytea,
    p_channel_id int, p_address text, p_koban_id int, p_topics int, p_language text,
    p_quiet_from int, p_quiet_to int)
returns bool
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off as $$
begin
    delete from join_request where intake_id = p_intake_id
        and made_at < now() - interval '1 day';
    if (select count(*) from join_request where intake_id = p_intake_id
            and channel_id = p_channel_id and address = p_address
            and made_at > now() - interval '1 hour') >= 3
        or (select count(*) from join_request where intake_id = p_intake_id
            and made_at > now() - interval '1 hour') >= 2000
        or exists (select from address where intake_id = p_intake_id
            and channel_id = p_channel_id and address = p_address and is_opted_out) then
        return false;
    end if;
    -- Only the newest code of an address is good.
    update join_request set tries = 5 where intake_id = p_intake_id
        and channel_id = p_channel_id and address = p_address and done_at is null;
    insert into join_request (intake_id, id, hash, channel_id, address, koban_id, topics,
        language, quiet_from, quiet_to)
    values (p_intake_id, p_id, p_hash, p_channel_id, p_address, p_koban_id, p_topics,
        p_language, p_quiet_from, p_quiet_to);
    return true;
end $$;
alter function join_put(int, bigint, bytea, int, text, int, int, text, int, int) owner to koban_system;
revoke execute on function join_put(int, bigint, bytea, int, text, int, int, text, int, int) from public;
grant execute on function join_put(int, bigint, bytea, int, text, int, int, text, int, int) to koban_gateway;
comment on function join_put(int, bigint, bytea, int, text, int, int, text, int, int) is
    'An address that asked on the join page, with the hash of its code.';
