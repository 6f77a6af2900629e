-- SPDX-License-Identifier: Apache-2.0
-- Takes up to p_limit deliveries of one area and channel to be sent now, danger first, then
-- the oldest alert: to claim is to send. Who stopped alerts meanwhile is passed over. KB003
-- when the fence is not the live token of the channel's lease.
create or replace function delivery_claim(
    p_area_id int, p_channel_id int, p_fence bigint, p_limit int)
returns table (r_alert_id bigint, r_recipient bigint, r_address text, r_body text,
    r_left_life_ms bigint, r_retry_key text, r_attempt smallint, r_language text)
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_sort = off as $$
declare a record; d record; v_taken int; v_stopped int; v_left int := p_limit;
begin
    perform from lease where name = 'channel:' || p_channel_id and token = p_fence
        and expires_at > now();
    if not found then
        raise exception 'lease lost' using errcode = 'KB003';
    end if;
    for a in select x.id, x.severity,
            (extract(epoch from x.expires_at - now()) * 1000)::bigint as left_ms
        from alert x
        where x.area_id = p_area_id and x.state = 4 and x.expires_at > now()
        order by x.severity desc, x.id
    loop
        exit when v_left <= 0;
        v_taken := 0;
        v_stopped := 0;
        for d in select q.recipient, q.address, q.language, q.attempt
            from delivery q
            where q.area_id = p_area_id and q.alert_id = a.id
              and q.channel_id = p_channel_id and q.state = 1 and q.not_before <= now()
            order by q.not_before, q.recipient limit v_left
            for update skip locked
        loop
            if exists (select from subscription s where s.area_id = p_area_id
                    and s.channel_id = p_channel_id and s.address = d.address
                    and s.state = 1) then
                v_taken := v_taken + 1;
                update delivery u set state = 2, claimed_at = now(), fence = p_fence,
                    attempt = u.attempt + 1
                where u.area_id = p_area_id and u.alert_id = a.id
                  and u.recipient = d.recipient;
                r_alert_id := a.id;
                r_recipient := d.recipient;
                r_address := d.address;
                r_left_life_ms := a.left_ms;
                r_attempt := d.attempt + 1;
                r_language := d.language;
                r_retry_key := md5(p_area_id || ':' || a.id || ':' || d.recipient)::uuid::text;
                select t.body into r_body from alert_text t where t.area_id = p_area_id
                    and t.alert_id = a.id and t.language = d.language;
                return next;
            else
                v_stopped := v_stopped + 1;
                update delivery u set state = 8, reason = 'stopped_by_recipient'
                where u.area_id = p_area_id and u.alert_id = a.id
                  and u.recipient = d.recipient;
            end if;
        end loop;
        perform inner_progress(p_area_id, a.id, p_channel_id, 1, 2, v_taken),
            inner_progress(p_area_id, a.id, p_channel_id, 1, 8, v_stopped);
        v_left := v_left - v_taken - v_stopped;
    end loop;
end $$;
alter function delivery_claim(int, int, bigint, int) owner to koban_system;
revoke execute on function delivery_claim(int, int, bigint, int) from public;
grant execute on function delivery_claim(int, int, bigint, int) to koban_gateway;
comment on function delivery_claim(int, int, bigint, int) is
    'Takes up to p_limit deliveries of one area and channel to be sent now: to claim is to send.';
