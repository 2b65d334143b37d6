package dev.cairn.incident;

import java.io.IOException;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.Failure.ErrorDetails;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ErrorDetails} and their translators.
 */
class ErrorDetailsTests {

	private final Accounts accounts = new Accounts();

	private final MemorySink sink = new MemorySink(this.accounts.channel("memory"), 100);

	private final Cairn cairn = new CairnBuilder(TestMessages.ORIGIN).ledger(this.accounts)
		.sink(this.sink)
		.translator((thrown) -> {
			if (thrown instanceof UnsupportedOperationException) {
				throw new IllegalStateException("for a test");
			}
			return (thrown instanceof IOException) ? () -> "IO" : null;
		})
		.build();

	@AfterEach
	void close() {
		this.cairn.close();
	}

	@Test
	void anExceptionDescribesItself() {
		this.cairn.capture(new RefusedException());
		assertThat(message().fields()).containsEntry("error_code", "PAYMENT_REFUSED").containsEntry("order_id", 42);
		assertThat(message().severity()).isEqualTo(Severity.WARNING);
	}

	@Test
	void aCauseDescribesTheFailure() {
		this.cairn.capture(new IllegalStateException(new RuntimeException(new RefusedException())));
		assertThat(message().fields()).containsEntry("error_code", "PAYMENT_REFUSED");
	}

	@Test
	void aTranslatorDescribesWhatIsForeign() {
		this.cairn.capture(new IllegalStateException(new IOException("x")));
		assertThat(message().fields()).containsEntry("error_code", "IO");
		assertThat(message().severity()).isEqualTo(Severity.ERROR);
	}

	@Test
	void theCallTakesPrecedence() {
		this.cairn.capture(new RefusedException(),
				(report) -> report.field("error_code", "OWN").severity(Severity.CRITICAL));
		assertThat(message().fields()).containsEntry("error_code", "OWN");
		assertThat(message().severity()).isEqualTo(Severity.CRITICAL);
	}

	@Test
	void detailsThatFailLoseNothing() {
		this.cairn.capture(new UnsupportedOperationException("x"));
		assertThat(message().fields()).doesNotContainKey("error_code");
		assertThat(this.accounts.failures()).isNotEmpty();
	}

	private Message message() {
		assertThat(this.sink.messages()).hasSize(1);
		return this.sink.messages().get(0);
	}

	private static final class RefusedException extends RuntimeException implements ErrorDetails {

		private static final long serialVersionUID = 1L;

		@Override
		public String code() {
			return "PAYMENT_REFUSED";
		}

		@Override
		public Map<String, ?> fields() {
			return Map.of("order_id", 42);
		}

		@Override
		public Severity severity() {
			return Severity.WARNING;
		}

	}

}
