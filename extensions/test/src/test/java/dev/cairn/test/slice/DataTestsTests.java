package dev.cairn.test.slice;

import java.time.Duration;

import dev.cairn.test.CairnRecorder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.transaction.TestTransaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DataJpaTest}, {@link DataJdbcTest} and {@link JdbcTest} with Cairn.
 */
class DataTestsTests {

	@Nested
	@DataJpaTest
	@Import(EventStore.class)
	class Jpa {

		@Autowired
		private EventStore store;

		@Autowired
		private StoredOrders orders;

		@Autowired
		private CairnRecorder cairn;

		@Test
		void recordsAnEventAfterItsTransaction() {
			this.orders.saveAndFlush(new StoredOrder(7L));
			this.store.store(7);
			TestTransaction.flagForCommit();
			TestTransaction.end();
			assertThat(this.cairn).recorded("order.stored").once().withField("order_id", 7);
			this.orders.deleteAll();
		}

		@Test
		void saysWhyAnEventIsMissingWithinItsTransaction() {
			this.store.store(7);
			assertThat(this.cairn).counter("orders.stored").count(1);
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(this.cairn).within(Duration.ZERO).recorded("order.stored"))
				.withMessageEndingWith("A transaction is active. Its events are recorded after its commit: "
						+ "call TestTransaction.flagForCommit() and end().");
		}

	}

	@Nested
	@DataJpaTest
	class JpaWithoutACairn {

		@Test
		void starts(@Autowired StoredOrders orders, @Autowired CairnRecorder cairn) {
			assertThat(orders.findAll()).isEmpty();
			assertThat(cairn).lostNothing();
		}

	}

	@Nested
	@DataJdbcTest
	@Import(EventStore.class)
	class DataJdbc {

		@Test
		void starts(@Autowired EventStore store, @Autowired CairnRecorder cairn) {
			TestTransaction.end();
			store.store(7);
			assertThat(cairn).recorded("order.stored").once();
		}

	}

	@Nested
	@JdbcTest
	@Import(EventStore.class)
	class Jdbc {

		@Test
		void starts(@Autowired EventStore store, @Autowired CairnRecorder cairn) {
			TestTransaction.end();
			store.store(7);
			assertThat(cairn).recorded("order.stored").once();
		}

	}

}
