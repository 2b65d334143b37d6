package dev.cairn.engine;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentMessages}.
 */
class RecentMessagesTests {

	@Test
	void showsTheNewestFirst() {
		RecentMessages recent = new RecentMessages(3);
		add(recent, "a", "b");
		assertThat(recent.newestFirst()).extracting(Cairn.Recent::type).containsExactly("b", "a");
	}

	@Test
	void forgetsTheOldest() {
		RecentMessages recent = new RecentMessages(3);
		add(recent, "a", "b", "c", "d", "e");
		assertThat(recent.newestFirst()).extracting(Cairn.Recent::type).containsExactly("e", "d", "c");
	}

	@Test
	void remembersNothingWhenItsSizeIsZero() {
		RecentMessages recent = new RecentMessages(0);
		add(recent, "a");
		assertThat(recent.newestFirst()).isEmpty();
	}

	@Test
	void remembersWhatTheMessageIsButNotWhatItHolds() {
		RecentMessages recent = new RecentMessages(1);
		Message message = TestMessages.builder("a").trace(new Trace("1", "2", true)).payload("p").build();
		recent.published(message, true, null);
		assertThat(recent.newestFirst()).containsExactly(new Cairn.Recent(message.id(), "a", message.timestamp(),
				Severity.INFORMATIONAL, "00000000000000000000000000000001", true));
	}

	private static void add(RecentMessages recent, String... types) {
		for (String type : types) {
			recent.published(TestMessages.builder(type).build(), true, null);
		}
	}

}
