-- what: the acts known at as_of that concern a scope: those within it, and the orders from above that reach it;
--       who signed in or changed an account is told to the district alone
-- grain: act
CREATE OR REPLACE MACRO acts_in(as_of, scope_level, scope_id) AS TABLE
SELECT a.*
FROM act a
LEFT JOIN site s ON a.scope_level = 'site' AND s.site_id = a.scope_id
WHERE a.stored_at <= as_of
  AND (
      scope_level = 'district'
      OR (
          a.kind NOT IN ('signed_in', 'signed_out', 'sign_in_refused', 'user_changed')
          AND (
              (a.scope_level = scope_level AND a.scope_id = scope_id)
              OR (scope_level = 'town' AND s.town_code = scope_id)
              OR (a.kind IN ('ordered', 'order_delivered', 'order_failed') AND a.scope_level = 'district')
              OR (
                  a.kind IN ('ordered', 'order_delivered', 'order_failed') AND a.scope_level = 'town'
                  AND scope_level = 'site'
                  AND a.scope_id IN (SELECT town_code FROM site WHERE site_id = scope_id)
              )
          )
      )
  );
