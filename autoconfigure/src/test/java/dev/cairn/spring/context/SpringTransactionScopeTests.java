package dev.cairn.spring.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SpringTransactionScope} over the transactions of a real database.
 */
class SpringTransactionScopeTests {

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 10_000);

	private final Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
		.sink(this.sink)
		.transactions(new SpringTransactionScope(1000, 1_000_000))
		.build();

	private final DataSource database = new DriverManagerDataSource("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1", "sa", "");

	private final TransactionTemplate transaction = new TransactionTemplate(
			new DataSourceTransactionManager(this.database));

	private final TransactionTemplate separate = withPropagation(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

	private final TransactionTemplate nested = withPropagation(TransactionDefinition.PROPAGATION_NESTED);

	@AfterEach
	void close() {
		this.cairn.close();
		assertThat(balance().held()).isZero();
		assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
	}

	@Test
	void sendsAfterTheCommitInOrder() {
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < 100; i++) {
				assertThat(publish("e" + i)).isNotNull();
			}
			assertThat(this.sink.messages()).isEmpty();
			assertThat(balance().held()).isEqualTo(100);
		});
		assertThat(types()).hasSize(100).startsWith("e0", "e1").endsWith("e99");
		assertThat(this.sink.messages()).extracting(Message::id).isSorted();
	}

	@Test
	void dropsOnRollbackAndCountsIt() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			publish("a");
			publish("b");
			throw new IllegalStateException("no");
		}));
		assertThat(types()).isEmpty();
		assertThat(balance().dropped()).containsExactly(Map.entry(DropReason.ROLLED_BACK, 2L));
	}

	@Test
	void sendsAtOnceWithoutATransaction() {
		publish("a");
		assertThat(types()).containsExactly("a");
		withPropagation(TransactionDefinition.PROPAGATION_SUPPORTS).executeWithoutResult((status) -> {
			publish("b");
			assertThat(types()).containsExactly("a", "b");
		});
	}

	@Test
	void sendsAtOnceWhatDoesNotWait() {
		this.transaction.executeWithoutResult((status) -> {
			this.cairn.event("a").immediately().publish();
			this.cairn.capture(new IllegalStateException());
			status.setRollbackOnly();
		});
		assertThat(types()).containsExactly("a", "exception");
	}

	@Test
	void aTransactionOfItsOwnEndsByItself() {
		this.transaction.executeWithoutResult((outer) -> {
			publish("outer.1");
			this.separate.executeWithoutResult((inner) -> publish("inner"));
			assertThat(types()).containsExactly("inner");
			this.separate.executeWithoutResult((inner) -> {
				publish("lost");
				inner.setRollbackOnly();
			});
			publish("outer.2");
			assertThat(types()).containsExactly("inner");
		});
		assertThat(types()).containsExactly("inner", "outer.1", "outer.2");
		assertThat(balance().dropped()).containsEntry(DropReason.ROLLED_BACK, 1L);
	}

	@Test
	void aTransactionThatIsSuspendedDoesNotHoldWhatComesMeanwhile() {
		this.transaction.executeWithoutResult((outer) -> {
			publish("outer");
			withPropagation(TransactionDefinition.PROPAGATION_NOT_SUPPORTED)
				.executeWithoutResult((none) -> publish("meanwhile"));
			assertThat(types()).containsExactly("meanwhile");
		});
		assertThat(types()).containsExactly("meanwhile", "outer");
	}

	@Test
	void aSavepointTakesBackWhatCameAfterIt() {
		this.transaction.executeWithoutResult((outer) -> {
			publish("outer.1");
			this.nested.executeWithoutResult((inner) -> publish("kept"));
			this.nested.executeWithoutResult((inner) -> {
				publish("lost.1");
				this.nested.executeWithoutResult((innermost) -> publish("lost.2"));
				inner.setRollbackOnly();
			});
			publish("outer.2");
		});
		assertThat(types()).containsExactly("outer.1", "kept", "outer.2");
		assertThat(balance().dropped()).containsEntry(DropReason.ROLLED_BACK, 2L);
	}

	@Test
	void aSavepointBeforeTheFirstEventTakesBackAll() {
		this.transaction.executeWithoutResult((outer) -> {
			this.nested.executeWithoutResult((inner) -> {
				publish("lost");
				inner.setRollbackOnly();
			});
			Object savepoint = outer.createSavepoint();
			publish("lost.too");
			outer.rollbackToSavepoint(savepoint);
			publish("kept");
		});
		assertThat(types()).containsExactly("kept");
	}

	@Test
	void aSavepointGivesBackTheRoomOfWhatCameAfterIt() {
		String large = "x".repeat(100_000);
		this.transaction.executeWithoutResult((outer) -> {
			publish("outer.1");
			this.nested.executeWithoutResult((inner) -> {
				for (int i = 0; i < 20; i++) {
					this.cairn.event("lost").payload(large).publish();
				}
				inner.setRollbackOnly();
			});
			this.cairn.event("outer.2").payload(large).publish();
		});
		assertThat(types()).containsExactly("outer.1", "outer.2");
	}

	@Test
	void aSavepointKeepsTheOrderOfWhatIsOnTheDisk(@TempDir Path directory) {
		withDisk(directory, (spooling) -> {
			for (int i = 0; i < 1010; i++) {
				spooling.event("e" + i).publish();
			}
			this.nested.executeWithoutResult((inner) -> {
				spooling.event("lost").publish();
				inner.setRollbackOnly();
			});
			spooling.event("last").publish();
		});
		assertThat(types()).hasSize(1011).endsWith("e1009", "last").doesNotContain("lost");
	}

	@Test
	void anInnerPartThatFailsTakesAllWithIt() {
		assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((outer) -> {
				publish("outer");
				this.transaction.executeWithoutResult(TransactionStatus::setRollbackOnly);
			}));
		assertThat(types()).isEmpty();
	}

	@Test
	void whatIsPublishedAfterTheCommitComesAfterWhatWasHeld() {
		this.transaction.executeWithoutResult((status) -> {
			afterCommit(() -> {
				publish("after");
				assertThat(types()).containsExactly("held", "after");
			});
			publish("held");
		});
		assertThat(types()).containsExactly("held", "after");
	}

	@Test
	void theFirstEventMayComeAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			afterCommit(() -> publish("after"));
			afterCompletion(() -> publish("completed"));
		});
		assertThat(types()).containsExactlyInAnyOrder("after", "completed");
	}

	@Test
	void whatIsPublishedAfterARollbackIsSent() {
		this.transaction.executeWithoutResult((status) -> {
			publish("lost");
			afterCompletion(() -> publish("completed"));
			status.setRollbackOnly();
		});
		assertThat(types()).containsExactly("completed");
	}

	@Test
	void whatIsPublishedBeforeTheCommitIsHeld() {
		this.transaction.executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						publish("before.commit");
					}

					@Override
					public void beforeCompletion() {
						publish("before.completion");
						assertThat(types()).isEmpty();
					}

				}));
		assertThat(types()).containsExactly("before.commit", "before.completion");
	}

	@Test
	void sendsAlthoughAnotherSynchronizationFails() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			afterCommit(() -> {
				throw new IllegalStateException("no");
			});
			publish("a");
		}));
		assertThat(types()).containsExactly("a");
	}

	@Test
	void aReadOnlyTransactionIsOneLikeOthers() {
		TransactionTemplate readOnly = withPropagation(TransactionDefinition.PROPAGATION_REQUIRED);
		readOnly.setReadOnly(true);
		readOnly.executeWithoutResult((status) -> {
			publish("a");
			assertThat(types()).isEmpty();
		});
		assertThat(types()).containsExactly("a");
	}

	@Test
	void dropsEventsIfTheOutcomeIsUnknown() {
		TransactionTemplate lost = new TransactionTemplate(new DataSourceTransactionManager(this.database) {

			@Override
			protected void doCommit(DefaultTransactionStatus status) {
				throw new TransactionSystemException("the connection broke");
			}

		});
		assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> lost.executeWithoutResult((status) -> publish("a")));
		assertThat(types()).isEmpty();
		assertThat(balance().dropped()).containsEntry(DropReason.ROLLED_BACK, 1L);
	}

	@Test
	void holdsABoundedNumber() {
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < 1000; i++) {
				assertThat(publish("a")).isNotNull();
			}
			assertThat(publish("too.many")).isNull();
		});
		assertThat(types()).hasSize(1000).doesNotContain("too.many");
		assertThat(balance().dropped()).containsEntry(DropReason.TRANSACTION_FULL, 1L);
	}

	@Test
	void holdsABoundedSizeAndNamesTheProperties() {
		String large = "x".repeat(100_000);
		try (LogCapture log = new LogCapture()) {
			this.transaction.executeWithoutResult((status) -> {
				for (int i = 0; i < 20; i++) {
					this.cairn.event("a").payload(large).publish();
				}
			});
			assertThat(types()).hasSize(9);
			assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.TRANSACTION_FULL, 11L));
			assertThat(log.warnings()).singleElement()
				.asString()
				.contains("cairn.events.max-held=1000", "cairn.events.max-held-size=1000000");
		}
	}

	@Test
	void holdsOnTheDiskWhatHasNoRoomInMemory(@TempDir Path directory) throws IOException {
		withDisk(directory, (cairn) -> {
			for (int i = 0; i < 1500; i++) {
				assertThat(cairn.event("e" + i).publish()).isNotNull();
			}
			assertThat(this.sink.messages()).isEmpty();
		});
		assertThat(types()).isEqualTo(IntStream.range(0, 1500).mapToObj((i) -> "e" + i).toList());
		assertThat(balance().dropped()).isEmpty();
		assertThat(directory).isEmptyDirectory();
	}

	@Test
	void dropsWhatIsOnTheDiskOnRollback(@TempDir Path directory) {
		assertThatIllegalStateException().isThrownBy(() -> withDisk(directory, (cairn) -> {
			for (int i = 0; i < 1500; i++) {
				cairn.event("e" + i).payload("x".repeat(1000)).publish();
			}
			throw new IllegalStateException("for a test");
		}));
		assertThat(types()).isEmpty();
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.ROLLED_BACK, 1500L));
		assertThat(directory).isEmptyDirectory();
	}

	@Test
	void countsWhatADiskThatFailsCannotHold(@TempDir Path directory) throws IOException {
		Path file = Files.createFile(directory.resolve("file"));
		withDisk(file, (cairn) -> {
			for (int i = 0; i < 1500; i++) {
				cairn.event("e" + i).publish();
			}
		});
		assertThat(types()).hasSize(1000);
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.TRANSACTION_FULL, 500L));
	}

	private void withDisk(Path directory, Consumer<Cairn> work) {
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		try (Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
			.sink(this.sink)
			.deferredMessages(Destinations.deferredMessages(directory, 100_000_000, codec))
			.transactions(new SpringTransactionScope(1000, 1_000_000))
			.build()) {
			this.transaction.executeWithoutResult((status) -> work.accept(cairn));
			assertThat(cairn.flush(Duration.ofSeconds(30))).isTrue();
		}
	}

	@Test
	void whatIsHeldWhenCairnIsClosedIsCounted() {
		this.transaction.executeWithoutResult((status) -> {
			publish("a");
			this.cairn.close();
		});
		assertThat(types()).isEmpty();
		assertThat(balance().dropped()).containsEntry(DropReason.SHUTDOWN, 1L);
	}

	@Test
	void theEventAndTheRowAgree() {
		JdbcTemplate jdbc = new JdbcTemplate(this.database);
		jdbc.execute("create table if not exists orders (id int primary key)");
		jdbc.execute("delete from orders");
		this.transaction.executeWithoutResult((status) -> {
			jdbc.update("insert into orders values (1)");
			publish("order.1");
		});
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				publish("order.2");
				jdbc.update("insert into orders values (1)");
			}));
		assertThat(types()).containsExactly("order.1");
		assertThat(jdbc.queryForObject("select count(*) from orders", Integer.class)).isEqualTo(1);
	}

	private TransactionTemplate withPropagation(int propagation) {
		TransactionTemplate template = new TransactionTemplate(this.transaction.getTransactionManager());
		template.setPropagationBehavior(propagation);
		return template;
	}

	private String publish(String type) {
		return this.cairn.event(type).publish();
	}

	private static void afterCommit(Runnable action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	private static void afterCompletion(Runnable action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				action.run();
			}

		});
	}

	private List<String> types() {
		return this.sink.messages().stream().map(Message::type).toList();
	}

	private Ledger.Balance balance() {
		return this.sink.channel().balance();
	}

}
