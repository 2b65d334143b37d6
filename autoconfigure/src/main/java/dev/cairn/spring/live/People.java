package dev.cairn.spring.live;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Finds the person behind the ids of a message: its visitor and its user. The person has
 * the id that it was first counted by, so that it is counted once if it logs in half-way.
 * That holds for a day (UTC). Bounded: the ids that were not seen for longest are
 * forgotten. Not thread-safe.
 */
final class People {

	private final int maximum;

	private final BiConsumer<String, String> joined;

	private final Map<String, Person> people = new LinkedHashMap<>(16, 0.75f, true);

	/**
	 * Creates an object without people.
	 * @param maximum the maximum number of ids
	 * @param joined receives an id that may have been counted as a person of its own, and
	 * the person that it turned out to be
	 */
	People(int maximum, BiConsumer<String, String> joined) {
		this.maximum = maximum;
		this.joined = joined;
	}

	/**
	 * Returns the person.
	 * @param visitor the visitor, if there is one
	 * @param user the user that the visitor was identified as, if it was
	 * @param day the current day
	 * @return the id of the person, or {@code null} if there is none
	 */
	@Nullable String of(@Nullable String visitor, @Nullable String user, long day) {
		if (visitor == null || user == null) {
			String id = (user != null) ? key(user) : visitor;
			String person = (id != null) ? find(id, day) : null;
			return (person != null) ? person : id;
		}
		String person = find(key(user), day);
		String owner = find(visitor, day);
		if (person == null) {
			// People who share a visitor are different people
			person = (owner != null) ? key(user) : visitor;
			put(key(user), person, day);
			if (owner == null) {
				put(visitor, person, day);
			}
		}
		else if (owner == null) {
			join(visitor, person, day);
		}
		return person;
	}

	/** Notes that another id, of a visitor or a user, is that of a person. */
	void alias(String alias, String person, long day) {
		for (String id : new String[] { alias, key(alias) }) {
			if (!person.equals(find(id, day))) {
				join(id, person, day);
			}
		}
	}

	private void join(String id, String person, long day) {
		put(id, person, day);
		if (!id.equals(person)) {
			this.joined.accept(id, person);
		}
	}

	/** A user may have the same id as a visitor. */
	private static String key(String user) {
		return "user " + user;
	}

	private @Nullable String find(String id, long day) {
		Person known = this.people.get(id);
		return (known != null && known.day() == day) ? known.id() : null;
	}

	private void put(String id, String person, long day) {
		this.people.put(id, new Person(person, day));
		if (this.people.size() > this.maximum) {
			this.people.remove(this.people.keySet().iterator().next());
		}
	}

	/** A person, and the day on which it was found. */
	private record Person(String id, long day) {
	}

}
