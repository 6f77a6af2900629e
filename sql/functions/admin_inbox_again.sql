-- SPDX-License-Identifier: Apache-2.0
-- Lets the sweep settle a quarantined event again from its first attempt; what is wrong, or
-- nothing.
create or replace function admin_inbox_again(p_id bigint)
returns text
language plpgsql set search_path = public, pg_temp as $$
begin
    update inbox i set outcome = 0, attempts = 0, attempted_at = null
    from quarantine q where q.id = p_id and i.intake_id = q.intake_id and i.id = q.id;
    if not found then
        return 'no such row';
    end if;
    perform quarantine_done(p_id);
    return '';
end
$$;
revoke execute on function admin_inbox_again(bigint) from public;
comment on function admin_inbox_again(bigint) is
    'Lets the sweep settle a quarantined event again from its first attempt; what is wrong, or nothing.';
