-- The events with the person that caused them: the user, the one user that the visitor was identified as at any time
-- between :from and :to, or the visitor. Visitors that several users share stay visitors until they are identified.
SELECT e.*, coalesce(e.user_id, k.user_id, e.visitor) AS person
FROM events e
LEFT JOIN (
	SELECT visitor AS known_visitor, min(user_id) AS user_id
	FROM events
	WHERE visitor IS NOT NULL AND user_id IS NOT NULL
	GROUP BY visitor
	HAVING min(user_id) = max(user_id)) k
ON k.known_visitor = e.visitor
