package dev.cairn;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The visitor of the current unit of work, which is the request that the calling thread
 * works for. A visitor has a pseudonym, and makes visits, each of which ends when the
 * visitor is inactive. Calls have no effect outside of a request, and for a visitor who
 * does not consent or is a robot. Thread-safe.
 */
public interface CairnVisitors {

	/**
	 * States who the visitor is, such as when a user logs in. Messages of the request
	 * have the field {@code user_id} from then on. The first time, an event of the type
	 * {@code visitor.identified} is published, so that what the visitor did before is
	 * counted for the same person.
	 * @param user the id of the user: 1 to 200 characters
	 * @throws IllegalArgumentException if the id is empty or too long
	 */
	void identify(String user);

	/**
	 * States that the visitor, or its user, is the same person as the one of another id,
	 * such as that of another system. The first time, an event of the type
	 * {@code visitor.aliased} is published.
	 * @param id the other id: 1 to 200 characters
	 * @throws IllegalArgumentException if the id is empty or too long
	 */
	void alias(String id);

	/**
	 * Adds a field to all further messages of the visit, unless they have a field of this
	 * name. It is kept until the visit ends. At most 20 fields are kept; further ones are
	 * ignored and counted.
	 * @param name the name of the field, as for {@link CairnContext#bind}
	 * @param value the value; {@code null} removes the field
	 * @throws IllegalArgumentException if the name is invalid
	 */
	void bindToVisit(String name, @Nullable Object value);

	/**
	 * Adds a field to all further messages that have the same {@code user_id} as the
	 * request, unless they have a field of this name. It is kept until the process ends,
	 * or many other users have been active. At most 20 fields are kept; further ones are
	 * ignored and counted. Has no effect if the visitor is not identified.
	 * @param name the name of the field, as for {@link CairnContext#bind}
	 * @param value the value; {@code null} removes the field
	 * @throws IllegalArgumentException if the name is invalid
	 */
	void bindToUser(String name, @Nullable Object value);

	/**
	 * Returns the fields by which messages describe the visitor: its pseudonym, its
	 * visit, the user, and what is bound to both. A robot has its device class only.
	 * @return the fields, not modifiable; empty if there is no visitor
	 */
	Map<String, Object> visitorFields();

}
