package dev.cairn.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.cairn.context.UnitOfWork.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Badge}.
 */
class BadgeTests {

	private final Timeline timeline = new Timelines(10_000_000).prepare(Kind.REQUEST, "request", Instant.EPOCH);

	private void query(String statement) {
		call("jdbc.query", Map.of("jdbc.query[0]", statement));
	}

	private void call(String name, Map<String, String> tags) {
		Span span = this.timeline.span(null, name);
		assertThat(span).isNotNull();
		span.end(name, name, tags, null);
	}

	private List<Badge> badges() {
		return Badge.of(this.timeline.snapshot().spans());
	}

	@Test
	void theSameStatementWithOtherLiteralsIsNPlusOne() {
		for (int i = 0; i < 5; i++) {
			query("select * from line where id = " + i + " and name = 'n" + i + "'");
		}
		query("select * from other");
		assertThat(badges()).singleElement().satisfies((badge) -> {
			assertThat(badge.kind()).isEqualTo("n_plus_one");
			assertThat(badge.count()).isEqualTo(5);
			assertThat(badge.text()).isEqualTo("select * from line where id = ? and name = ?");
		});
	}

	@Test
	void listsOfParametersAreTheSame() {
		for (int i = 1; i <= 5; i++) {
			query("select * from line where id in (?" + ", ?".repeat(i * 400) + ")");
		}
		assertThat(badges()).extracting(Badge::text).containsExactly("select * from line where id in (?)");
	}

	@Test
	void fewStatementsHaveNoBadge() {
		for (int i = 0; i < 4; i++) {
			query("select * from line where id = ?");
		}
		assertThat(badges()).isEmpty();
	}

	@Test
	void manyCallsOfAKindAreChatty() {
		for (int i = 0; i < 20; i++) {
			call("http.client.requests", Map.of("uri", "/stock/" + i));
			call("some.method", Map.of());
		}
		assertThat(badges()).singleElement().satisfies((badge) -> {
			assertThat(badge.kind()).isEqualTo("chatty");
			assertThat(badge.text()).isEqualTo("http");
			assertThat(badge.count()).isEqualTo(20);
		});
	}

	@Test
	void hugeStatementsAreCompared() {
		for (int i = 0; i < 5; i++) {
			query("select '" + "''".repeat(3000) + "', " + "1, ".repeat(500) + "1");
		}
		assertThat(badges()).hasSize(1);
	}

}
