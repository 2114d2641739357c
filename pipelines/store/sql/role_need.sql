-- what: how many persons of a role the norms ask for at so many lanes and sites: guides and registrars are one pool, of
--       which the volunteers have their share
-- grain: a number
CREATE OR REPLACE MACRO role_need(role, lanes, sites, medics_per_lane, police_per_site, pool_per_lane, volunteer_share) AS
    CASE role
        WHEN 'medic' THEN medics_per_lane * lanes
        WHEN 'police' THEN police_per_site * sites
        WHEN 'volunteer' THEN round(pool_per_lane * lanes * volunteer_share)
        ELSE pool_per_lane * lanes - round(pool_per_lane * lanes * volunteer_share)
    END::BIGINT;
