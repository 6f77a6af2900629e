-- SPDX-License-Identifier: Apache-2.0
-- Puts an address that gets alerts into a group as member or leader, or takes it out (role
-- none). What is wrong, or nothing.
create or replace function admin_group_member(
    p_group bigint, p_channel text, p_address text, p_name text, p_role text)
returns text
language plpgsql set search_path = public, pg_temp as $$
declare v_group volunteer_group; v_subscription bigint;
begin
    select * into v_group from volunteer_group where id = p_group and not is_closed;
    if v_group.id is null then
        return 'no open group has this number';
    elsif p_role not in ('member', 'leader', 'none') then
        return 'a role is member, leader or none';
    elsif length(p_name) not between 1 and 40 then
        return 'a name has 1 to 40 characters';
    end if;
    select s.id into v_subscription from subscription s join channel c on c.id = s.channel_id
    where s.area_id = v_group.area_id and c.name = p_channel and s.address = p_address
      and s.state = 1;
    if v_subscription is null then
        return 'nobody with this address gets alerts of this area: JOIN comes first';
    end if;
    if p_role = 'none' then
        delete from volunteer_member where area_id = v_group.area_id
            and group_id = v_group.id and subscription_id = v_subscription;
        update volunteer_duty set ended_at = now() where area_id = v_group.area_id
            and subscription_id = v_subscription and ended_at is null
            and not exists (select from volunteer_member m where m.area_id = v_group.area_id
                and m.subscription_id = v_subscription);
        return '';
    end if;
    insert into volunteer_member (area_id, group_id, subscription_id, is_leader, name)
    values (v_group.area_id, v_group.id, v_subscription, p_role = 'leader', p_name)
    on conflict (area_id, group_id, subscription_id) do update
        set is_leader = excluded.is_leader, name = excluded.name;
    return '';
end
$$;
revoke execute on function admin_group_member(bigint, text, text, text, text) from public;
comment on function admin_group_member(bigint, text, text, text, text) is
    'Puts an address that gets alerts into a group, or takes it out. What is wrong, or nothing.';
