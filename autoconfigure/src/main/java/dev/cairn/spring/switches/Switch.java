package dev.cairn.spring.switches;

import java.time.Instant;

/**
 * Something that is switched for a while.
 *
 * @param id the id
 * @param kind the kind of the target
 * @param change what it changes
 * @param who who has set it
 * @param since when it was set
 * @param until when it ends, or when the next attempt to revert it is made
 * @param reverting whether an attempt to revert it has failed
 */
record Switch(String id, String kind, Change change, String who, Instant since, Instant until, boolean reverting) {

	Switch retryAt(Instant next) {
		return new Switch(this.id, this.kind, this.change, this.who, this.since, next, true);
	}

	boolean isOfLogger(String name) {
		return this.change.level() != null && this.change.target().equals(name);
	}

}
