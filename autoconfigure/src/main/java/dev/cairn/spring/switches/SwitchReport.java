package dev.cairn.spring.switches;

import java.util.Locale;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.redaction.Redactor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports each change of a switch as an event and as a line of the log.
 *
 * @param cairn publishes the events
 * @param redactor redacts the line
 */
record SwitchReport(Cairn cairn, Redactor redactor) {

	static final String TYPE = "cairn.switch";

	private static final Logger logger = LoggerFactory.getLogger(Switches.class);

	/**
	 * Reports a change.
	 * @param action what has happened to the switch
	 * @param changed the switch
	 * @param who who has done it
	 */
	void changed(Action action, Switch changed, String who) {
		Change change = changed.change();
		logger.info("Cairn: the switch {} of the {} {} to {} (was {}) until {} {} by {}", changed.id(), changed.kind(),
				redacted(change.target()), redacted(change.value()), redacted(change.was()), changed.until(),
				action.words, redacted(who));
		this.cairn.event(TYPE)
			.category(Category.OPERATION)
			.field("action", action.name().toLowerCase(Locale.ROOT))
			.field("switch", changed.id())
			.field("kind", changed.kind())
			.field("target", redacted(change.target()))
			.field("value", redacted(change.value()))
			.field("was", redacted(change.was()))
			.field("who", redacted(who))
			.field("until", changed.until().toString())
			.keep()
			.immediately()
			.publish();
	}

	/** The failure is logged once; the revert is tried again without further lines. */
	void failed(Switch failed, RuntimeException ex) {
		logger.warn("Cairn: the switch {} of the {} {} could not be reverted, which is tried again every second: {}",
				failed.id(), failed.kind(), redacted(failed.change().target()), redacted(ex.toString()));
	}

	String redacted(String text) {
		return this.redactor.redact(text);
	}

	/**
	 * A change of a switch.
	 */
	enum Action {

		/** It was set. */
		SET("is set"),

		/** Its time is over. */
		EXPIRED("has expired, set"),

		/** Someone has reverted it before its time. */
		REVERTED("is reverted"),

		/** The application stops before its time. */
		STOPPED("ends with the application, set");

		private final String words;

		Action(String words) {
			this.words = words;
		}

	}

}
