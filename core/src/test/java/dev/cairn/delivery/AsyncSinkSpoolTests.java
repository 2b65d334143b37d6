package dev.cairn.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.TestMessages;
import dev.cairn.testing.Uninterruptibly;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsyncSink} with a spool in files.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class AsyncSinkSpoolTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withQueue(100, 1_000_000, Overflow.BLOCK)
		.withBlockUpTo(LONG)
		.withBatches(10, Duration.ofMillis(1))
		.withRetry(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(50));

	/** Writes the bare payload. */
	private static final MessageCodec CODEC = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144) {

		@Override
		public byte[] write(Message message) {
			if (message.payload().startsWith("unwritable")) {
				throw new IllegalStateException("unwritable");
			}
			return message.payload().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public Message read(byte[] rec) {
			String payload = new String(rec, StandardCharsets.UTF_8);
			if (payload.startsWith("unreadable")) {
				throw new IllegalStateException("unreadable");
			}
			return TestMessages.text(payload);
		}

	};

	@TempDir
	private Path directory;

	private final LogCapture log = new LogCapture();

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private final List<AsyncSink> sinks = new ArrayList<>();

	private volatile boolean away;

	private Channel channel = new Accounts().channel("kafka");

	@AfterEach
	void stop() {
		this.sinks.forEach((sink) -> sink.stop(Duration.ZERO));
		this.log.close();
	}

	@Test
	void whatMemoryCannotHoldWaitsOnTheDiskAndGoesOutInOrder() {
		AsyncSink sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 5000);
		Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(balance().spooled()).isGreaterThan(4800));
		assertThat(balance().held()).isEqualTo(5000);
		this.away = false;
		offer(sink, 5000, 6000);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 6000));
		assertThat(balance().delivered()).isEqualTo(6000);
		assertThat(balance().spooled()).isZero();
	}

	@Test
	void aBurstOfFourThreadsGoesToTheDiskAndLosesNothing() throws Exception {
		AtomicInteger taken = new AtomicInteger();
		Spool.Config spool = new Spool.Config(Destinations.spool(this.directory, "shop", 256_000_000, this.channel),
				new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144), false, 1_000_000);
		AsyncSink sink = new AsyncSink(this.channel, (batch) -> taken.addAndGet(batch.size()),
				List.of(new AsyncSink.Queue(DeliveryOptions.DEFAULT, spool)), (message) -> 0);
		sink.start();
		this.sinks.add(sink);
		List<Thread> publishers = IntStream.range(0, 4)
			.mapToObj((thread) -> new Thread(() -> IntStream.range(0, 25_000).forEach((number) -> {
				this.channel.offered();
				sink.offer(new Outgoing(TestMessages.builder("order.placed")
					.field("order_id", number)
					.field("customer", "c-" + number)
					.field("note", "x".repeat(100))
					.build()));
			})))
			.toList();
		publishers.forEach(Thread::start);
		for (Thread publisher : publishers) {
			publisher.join();
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().dropped()).isEmpty();
		assertThat(taken).hasValue(100_000);
	}

	@Test
	void aSlowDestinationLosesNothingAndKeepsTheOrder() {
		CountDownLatch spooled = new CountDownLatch(1);
		AsyncSink sink = sink(OPTIONS, false, 1_000_000, (batch) -> {
			spooled.await();
			take(batch);
		});
		offer(sink, 0, 5000);
		Awaitility.await().atMost(LONG).until(() -> balance().spooled() > 0);
		spooled.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 5000));
		assertThat(balance().droppedTotal()).isZero();
	}

	@Test
	void theOrderStaysThroughManyShortOutages() throws Exception {
		AsyncSink sink = sink(OPTIONS, false, 1_000_000);
		for (int round = 0; round < 40; round++) {
			this.away = round % 2 == 0;
			offer(sink, round * 60, (round + 1) * 60);
			Awaitility.await().atMost(LONG).until(() -> this.away || sink.held() < 40);
		}
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 2400));
	}

	@Test
	void theNextProcessGoesOnWithWhatIsLeft() {
		AsyncSink sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 1000);
		sink.stop(LONG);
		assertThat(balance().held()).isEqualTo(1000);
		assertThat(balance().spooled()).isEqualTo(1000);
		assertThat(this.log.all()).anySatisfy((line) -> assertThat(line).contains("1000 messages are spooled"));
		this.away = false;
		this.channel = new Accounts().channel("kafka");
		AsyncSink next = sink(OPTIONS, false, 1_000_000);
		Awaitility.await().atMost(LONG).until(() -> this.sent.size() == 1000);
		offer(next, 1000, 1100);
		assertThat(next.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 1100));
		assertThat(balance().offered()).isEqualTo(1100);
		assertThat(balance().delivered()).isEqualTo(1100);
	}

	@Test
	void whatIsHeldWhileItIsSuspendedGoesOutInOrder() {
		AsyncSink sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 500);
		Awaitility.await().atMost(LONG).until(() -> balance().spooled() > 400);
		sink.suspend(LONG);
		assertThat(threads("cairn-kafka")).isEmpty();
		assertThat(threads("cairn-kafka-spool")).isEmpty();
		assertThat(balance().spooled()).isEqualTo(500);
		offer(sink, 500, 550);
		this.away = false;
		sink.resume();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 550));
		assertThat(balance().offered()).isEqualTo(550);
		assertThat(balance().delivered()).isEqualTo(550);
	}

	@Test
	void whatHangsInTheDestinationWhileItIsSuspendedIsSentAgain() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		AsyncSink sink = sink(OPTIONS, true, 1_000_000, (batch) -> {
			hanging.countDown();
			Uninterruptibly.await(go);
			take(batch);
		});
		offer(sink, 0, 5);
		hanging.await();
		sink.suspend(Duration.ofMillis(50));
		offer(sink, 5, 10);
		sink.resume();
		go.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(new TreeSet<>(this.sent)).containsExactlyElementsOf(numbers(0, 10));
		assertThat(balance().delivered()).isEqualTo(10);
	}

	@Test
	void aDiskThatHangsDuringASuspensionHasOneThreadAgain() throws Exception {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch disk = new CountDownLatch(1);
		CountDownLatch storing = new CountDownLatch(1);
		spool.onAppend = () -> {
			storing.countDown();
			Uninterruptibly.await(disk);
		};
		AsyncSink sink = sink(OPTIONS, false, spool, this::take);
		this.away = true;
		offer(sink, 0, 10);
		storing.await();
		sink.suspend(Duration.ofMillis(50));
		sink.resume();
		disk.countDown();
		Awaitility.await().atMost(LONG).until(() -> threads("cairn-kafka-spool").size() == 1);
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
	}

	@Test
	void aDiskThatHangsWhileItIsOpenedHoldsUpNothingForLong() {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch disk = new CountDownLatch(1);
		spool.onOpen = () -> Uninterruptibly.await(disk);
		AsyncSink sink = sink(OPTIONS, false, spool, this::take);
		offer(sink, 0, 10);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
		assertThat(this.log.warnings()).singleElement().asString().contains("cannot open its spool");
		disk.countDown();
	}

	@Test
	void whatHangsInTheDestinationAtTheEndIsKeptBeforeAllOthers() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		AsyncSink sink = sink(OPTIONS, false, 1_000_000, (batch) -> {
			hanging.countDown();
			never.await();
		});
		offer(sink, 0, 5);
		hanging.await();
		offer(sink, 5, 500);
		sink.stop(Duration.ofMillis(200));
		assertThat(balance().spooled()).isEqualTo(500);
		this.channel = new Accounts().channel("kafka");
		assertThat(sink(OPTIONS, false, 1_000_000).flush(LONG)).isTrue();
		Awaitility.await().atMost(LONG).until(() -> this.sent.size() == 500);
		assertThat(this.sent).isEqualTo(numbers(0, 500));
	}

	@Test
	void whatIsDurableIsOnTheDiskWhenTheCallReturns() throws Exception {
		AsyncSink sink = sink(OPTIONS, true, 1_000_000);
		this.away = true;
		for (int number = 0; number < 20; number++) {
			offer(sink, number, number + 1);
			assertThat(contentOfFiles()).contains(" " + text(number) + "\n");
		}
		assertThat(balance().notPersisted()).isZero();
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 20));
	}

	@Test
	void callersOfDurableEventsShareTheWayToTheDisk() throws Exception {
		AsyncSink sink = sink(OPTIONS, true, 10_000_000);
		List<Thread> callers = IntStream.range(0, 8)
			.mapToObj((caller) -> new Thread(() -> offer(sink, caller * 100, caller * 100 + 100)))
			.toList();
		callers.forEach(Thread::start);
		for (Thread caller : callers) {
			caller.join();
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactlyInAnyOrderElementsOf(numbers(0, 800));
		assertThat(balance().notPersisted()).isZero();
	}

	@Test
	void aFullSpoolLeavesTheRestInMemoryWhereTheOldestGivesWay() {
		AsyncSink sink = sink(OPTIONS.withQueue(100, 1_000_000, Overflow.DROP_OLDEST), false, 5000);
		this.away = true;
		AtomicInteger offered = new AtomicInteger();
		Awaitility.await().atMost(LONG).until(() -> {
			offer(sink, offered.get(), offered.addAndGet(90));
			return this.log.warnings().stream().anyMatch((line) -> line.contains("the spool is full"));
		});
		offer(sink, offered.get(), offered.addAndGet(1000));
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isSorted().doesNotHaveDuplicates();
		assertThat(balance().delivered() + balance().dropped().get(DropReason.OVERFLOW)).isEqualTo(offered.get());
		assertThat(this.sent).hasSize((int) balance().delivered());
	}

	@Test
	void aDirectoryThatCannotBeUsedLeavesAllInMemory() throws Exception {
		Path file = Files.writeString(this.directory.resolve("a-file"), "x");
		this.directory = file;
		AsyncSink sink = sink(OPTIONS, true, 1_000_000);
		this.away = true;
		offer(sink, 0, 10);
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
		assertThat(this.log.all()).filteredOn((line) -> line.contains("cannot open its spool")).hasSize(1);
		assertThat(balance().notPersisted()).isEqualTo(10);
	}

	@RepeatedTest(100)
	void whatCannotBeWrittenOrReadIsCounted() {
		AsyncSink sink = sink(OPTIONS, true, 1_000_000);
		for (String item : List.of("a", "unwritable", "b", "unreadable", "c", "unreadable 2")) {
			this.channel.offered();
			sink.offer(new Outgoing(TestMessages.text(item)));
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactly("a", "b", "c");
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.UNENCODABLE, 1L, DropReason.CORRUPT, 2L));
	}

	@Test
	void aBacklogGoesOutNoFasterThanAllowed() {
		AsyncSink sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 1000);
		sink.stop(LONG);
		this.away = false;
		this.channel = new Accounts().channel("kafka");
		long start = System.nanoTime();
		AsyncSink next = open(OPTIONS, false, 1_000_000, 1000, this::take);
		Awaitility.await().atMost(LONG).until(() -> this.sent.size() == 1000);
		assertThat(next.flush(LONG)).isTrue();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
	}

	@Test
	void whoAsksForItWaitsForRoomAndIsRefusedThen() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		DeliveryOptions blocking = OPTIONS.withQueue(10, 1_000_000, Overflow.BLOCK)
			.withBlockUpTo(Duration.ofMillis(300));
		AsyncSink sink = new AsyncSink(this.channel, (batch) -> {
			go.await();
			take(batch);
		}, blocking);
		sink.start();
		this.sinks.add(sink);
		offer(sink, 0, 10);
		long start = System.nanoTime();
		assertThat(offer(sink, 10, 11)).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(250), LONG);
		go.countDown();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 1L));
	}

	@Test
	void whoAsksForItWaitsForRoomAndIsAcceptedThen() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		AsyncSink sink = new AsyncSink(this.channel, (batch) -> {
			go.await();
			take(batch);
		}, OPTIONS.withQueue(10, 1_000_000, Overflow.BLOCK).withBlockUpTo(LONG));
		sink.start();
		this.sinks.add(sink);
		offer(sink, 0, 10);
		AtomicInteger accepted = new AtomicInteger();
		Thread caller = new Thread(() -> accepted.addAndGet(offer(sink, 10, 11) ? 1 : 0));
		caller.start();
		Awaitility.await().atMost(LONG).until(() -> caller.getState() == Thread.State.TIMED_WAITING);
		go.countDown();
		caller.join();
		assertThat(accepted).hasValue(1);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().dropped()).isEmpty();
	}

	@Test
	void aDiskThatFailsKeepsNothingFromTheDestination() {
		FaultySpool spool = faulty(1_000_000);
		AsyncSink sink = sink(OPTIONS, true, spool, this::take);
		awaitParked("cairn-kafka");
		spool.onAppend = FaultySpool::full;
		offer(sink, 0, 5);
		Awaitility.await().atMost(LONG).until(() -> this.sent.size() == 5);
		assertThat(balance().notPersisted()).isPositive();
	}

	@Test
	void whoOffersWhileItIsClosedTakesNothingFromTheDisk() throws Exception {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch late = new CountDownLatch(1);
		CountDownLatch storing = new CountDownLatch(1);
		CountDownLatch disk = new CountDownLatch(1);
		spool.onAppend = () -> {
			storing.countDown();
			Uninterruptibly.await(disk);
		};
		AsyncSink sink = new AsyncSink(this.channel, this::take,
				List.of(new AsyncSink.Queue(OPTIONS, new Spool.Config(spool, CODEC, false, 1_000_000))),
				(message) -> 0);
		sink.start();
		this.sinks.add(sink);
		this.away = true;
		offer(sink, 0, 1);
		storing.await();
		offer(sink, 1, 20);
		Completion slow = new Completion() {

			@Override
			public void accepted() {
				Uninterruptibly.await(late);
			}

		};
		Thread caller = new Thread(() -> {
			this.channel.offered();
			sink.offer(new Outgoing(TestMessages.text(text(20)), null, slow));
		});
		caller.start();
		Awaitility.await().atMost(LONG).until(() -> caller.getState() == Thread.State.WAITING);
		Thread closer = new Thread(() -> sink.stop(Duration.ZERO));
		closer.start();
		Awaitility.await().atMost(LONG).until(() -> closer.getState() == Thread.State.TIMED_WAITING);
		late.countDown();
		caller.join();
		disk.countDown();
		closer.join();
		assertThat(balance().spooled()).isGreaterThanOrEqualTo(20);
		assertThat(balance().held()).isEqualTo(balance().spooled());
	}

	@Test
	void aSmallDiskTakesAsMuchAsItHasRoomFor() {
		AsyncSink sink = sink(OPTIONS.withQueue(1000, 1_000_000, Overflow.DROP_NEWEST), false, 5000);
		this.away = true;
		offer(sink, 0, 900);
		Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(balance().spooled()).isBetween(150L, 250L));
		sink.stop(Duration.ZERO);
		assertThat(balance().spooled()).isBetween(150L, 250L);
		assertThat(balance().held()).isEqualTo(balance().spooled());
	}

	@Test
	void whatWaitsAtTheEndGoesToTheDiskAsFarAsThereIsRoom() throws Exception {
		CountDownLatch never = new CountDownLatch(1);
		AsyncSink sink = sink(OPTIONS.withQueue(1000, 1_000_000, Overflow.DROP_NEWEST), false, 5000,
				(batch) -> never.await());
		offer(sink, 0, 400);
		sink.stop(Duration.ofMillis(50));
		assertThat(balance().spooled()).isBetween(150L, 250L);
		assertThat(balance().held()).isEqualTo(balance().spooled());
		this.channel = new Accounts().channel("kafka");
		AsyncSink next = sink(OPTIONS, false, 1_000_000);
		Awaitility.await().atMost(LONG).until(() -> this.sent.size() >= 150 && next.held() == 0);
		assertThat(this.sent).isEqualTo(numbers(0, this.sent.size()));
	}

	@Test
	void whoIsInterruptedWhileItClosesWaitsForTheDiskToo() throws Exception {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch storing = new CountDownLatch(1);
		CountDownLatch disk = new CountDownLatch(1);
		spool.onAppend = () -> {
			storing.countDown();
			Uninterruptibly.await(disk);
		};
		AsyncSink sink = sink(OPTIONS, false, spool, this::take);
		this.away = true;
		offer(sink, 0, 10);
		storing.await();
		Thread closer = new Thread(() -> {
			Thread.currentThread().interrupt();
			sink.stop(Duration.ZERO);
		});
		closer.start();
		Awaitility.await()
			.atMost(LONG)
			.until(() -> closer.getState() == Thread.State.TIMED_WAITING || closer.getState() == Thread.State.WAITING
					|| !closer.isAlive());
		disk.countDown();
		closer.join();
		assertThat(spool.size()).isEqualTo(10);
		assertThat(balance().held()).isEqualTo(10);
	}

	@Test
	void aDiskThatHangsDoesNotHoldUpTheEnd() throws Exception {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch disk = new CountDownLatch(1);
		CountDownLatch storing = new CountDownLatch(1);
		spool.onAppend = () -> {
			synchronized (spool) {
				storing.countDown();
				Uninterruptibly.await(disk);
			}
		};
		AsyncSink sink = sink(OPTIONS, false, spool, this::take);
		this.away = true;
		offer(sink, 0, 10);
		storing.await();
		offer(sink, 10, 20);
		Thread closer = new Thread(() -> sink.stop(Duration.ZERO));
		closer.start();
		closer.join(LONG.toMillis());
		boolean closed = !closer.isAlive();
		Map<DropReason, Long> dropped = balance().dropped();
		disk.countDown();
		closer.join();
		assertThat(closed).isTrue();
		assertThat(dropped).isEqualTo(Map.of(DropReason.SHUTDOWN, 20L));
	}

	@Test
	void aDiskThatHangsWhileItIsReadDoesNotHoldUpTheEnd() throws Exception {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch disk = new CountDownLatch(1);
		CountDownLatch reading = new CountDownLatch(1);
		AsyncSink sink = sink(OPTIONS, true, spool, this::take);
		spool.onPeek = () -> {
			synchronized (spool) {
				reading.countDown();
				Uninterruptibly.await(disk);
			}
		};
		new Thread(() -> offer(sink, 0, 10)).start();
		reading.await();
		Thread closer = new Thread(() -> sink.stop(Duration.ZERO));
		closer.start();
		closer.join(LONG.toMillis());
		boolean closed = !closer.isAlive();
		disk.countDown();
		closer.join();
		assertThat(closed).isTrue();
	}

	@Test
	void whatTheMediumDoesNotTakeIsCountedAndSentOnce() {
		FaultySpool spool = faulty(1_000_000);
		spool.mediumFails = true;
		AsyncSink sink = sink(OPTIONS, true, spool, this::take);
		offer(sink, 0, 10);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
		assertThat(balance().delivered()).isEqualTo(10);
		assertThat(balance().notPersisted()).isEqualTo(10);
	}

	@Test
	void aFullHeapOnTheWayToTheDiskLosesNothing() {
		FaultySpool spool = faulty(1_000_000);
		spool.onAppend = () -> {
			spool.onAppend = () -> {
			};
			throw new OutOfMemoryError("for a test");
		};
		AsyncSink sink = sink(OPTIONS, true, spool, this::take);
		offer(sink, 0, 10);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
	}

	@Test
	void aDiskThatFailsIsTriedOnceASecond() {
		FaultySpool spool = faulty(1_000_000);
		List<Long> tries = new CopyOnWriteArrayList<>();
		spool.onAppend = () -> {
			tries.add(System.nanoTime());
			FaultySpool.full();
		};
		AsyncSink sink = sink(OPTIONS.withQueue(3000, 1_000_000, Overflow.DROP_OLDEST), false, spool, this::take);
		this.away = true;
		Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> {
			offer(sink, 0, 10);
			return tries.size() > 0 && tries.get(tries.size() - 1) - tries.get(0) > 900_000_000L;
		});
		// Once, with the halves that are tried after it, however late this is
		assertThat(tries).filteredOn((at) -> at - tries.get(0) < 900_000_000L).hasSizeLessThan(20);
	}

	@Test
	void whoWritesDurablyIsSeenAtOnce() {
		FaultySpool spool = faulty(1_000_000);
		AsyncSink sink = sink(OPTIONS, true, spool, this::take);
		int slow = 0;
		for (int number = 0; number < 2000; number++) {
			long diskBefore = spool.nanos.get();
			long start = System.nanoTime();
			offer(sink, number, number + 1);
			long disk = spool.nanos.get() - diskBefore;
			slow += (System.nanoTime() - start - disk > 900_000_000L) ? 1 : 0;
		}
		// The machine may stop a thread as long as a round of the disk's thread lasts
		assertThat(slow).isLessThan(20);
		assertThat(balance().notPersisted()).isZero();
	}

	@Test
	void noMoreIsSpooledThanHeld() {
		AsyncSink sink = sink(OPTIONS, true, 1_000_000, (batch) -> {
			batch.forEach(Delivery::delivered);
			assertThat(balance().spooled()).isLessThanOrEqualTo(balance().held());
			take(batch);
		});
		offer(sink, 0, 10);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
	}

	@Test
	void aFullSpoolIsOneWarningThoughItIsRead() {
		FaultySpool spool = faulty(2000);
		Semaphore batches = new Semaphore(0);
		AsyncSink sink = sink(OPTIONS.withQueue(100, 1_000_000, Overflow.DROP_OLDEST), false, spool, (batch) -> {
			batches.acquire();
			take(batch);
		});
		for (int round = 0; round < 3; round++) {
			int before = spool.failures.get();
			Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> {
				offer(sink, 0, 10);
				return spool.failures.get() > before;
			});
			batches.release(2);
		}
		batches.release(10_000);
		assertThat(this.log.warnings()).filteredOn((line) -> line.contains("the spool is full")).hasSize(1);
	}

	@Test
	void whatHasFailedIsKeptBeforeWhatWasOnTheDiskMeanwhile() throws Exception {
		CountDownLatch sending = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		DeliveryOptions patient = OPTIONS.withRetry(Duration.ofMinutes(5), Duration.ofMinutes(5),
				Duration.ofMinutes(10));
		AsyncSink sink = sink(patient, false, 1_000_000, (batch) -> {
			sending.countDown();
			go.await();
			throw new IOException("away");
		});
		offer(sink, 0, 5);
		sending.await();
		offer(sink, 5, 500);
		Awaitility.await().atMost(LONG).until(() -> balance().spooled() > 400);
		go.countDown();
		Awaitility.await()
			.atMost(LONG)
			.until(() -> balance().state() == State.DEGRADED && !sink.flush(Duration.ofMillis(50)));
		sink.stop(LONG);
		assertThat(balance().spooled()).isEqualTo(500);
		this.channel = new Accounts().channel("kafka");
		AsyncSink next = sink(OPTIONS, false, 1_000_000);
		Awaitility.await().atMost(LONG).until(() -> this.sent.size() == 500);
		assertThat(next.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 500));
	}

	@Test
	void aDiskThatHangsAtTheEndKeepsWhatItHas() throws Exception {
		FaultySpool spool = faulty(1_000_000);
		CountDownLatch never = new CountDownLatch(1);
		CountDownLatch sending = new CountDownLatch(1);
		CountDownLatch storing = new CountDownLatch(1);
		CountDownLatch disk = new CountDownLatch(1);
		AsyncSink sink = sink(OPTIONS, true, spool, (batch) -> {
			sending.countDown();
			never.await();
		});
		offer(sink, 0, 10);
		sending.await();
		spool.onAppend = () -> {
			storing.countDown();
			Uninterruptibly.await(disk);
			FaultySpool.full();
		};
		Thread caller = new Thread(() -> offer(sink, 10, 11));
		caller.start();
		storing.await();
		sink.stop(Duration.ZERO);
		caller.join();
		disk.countDown();
		Awaitility.await().atMost(LONG).until(() -> threads("cairn-kafka-spool").isEmpty());
		assertThat(spool.size()).isEqualTo(10);
		assertThat(contentOfFiles()).contains(text(0), text(9));
	}

	private static List<Thread> threads(String name) {
		return Thread.getAllStackTraces().keySet().stream().filter((thread) -> thread.getName().equals(name)).toList();
	}

	@Test
	void whatIsClosedAtOnceIsKept() {
		for (int round = 0; round < 30; round++) {
			AsyncSink sink = sink(OPTIONS, false, 1_000_000);
			this.away = true;
			offer(sink, round, round + 1);
			// The first round loads the classes, which can take the disk's half second
			sink.stop((round > 0) ? Duration.ZERO : LONG);
			assertThat(balance().droppedTotal()).isZero();
			this.channel = new Accounts().channel("kafka");
		}
	}

	private static void awaitParked(String name) {
		Awaitility.await()
			.atMost(LONG)
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.anyMatch((thread) -> thread.getName().equals(name) && thread.getState() == Thread.State.WAITING));
	}

	private FaultySpool faulty(long maxBytes) {
		return new FaultySpool(Destinations.spool(this.directory, "shop", maxBytes, this.channel));
	}

	private AsyncSink sink(DeliveryOptions options, boolean durable, Spool spool, Destination sender) {
		AsyncSink sink = new AsyncSink(this.channel, sender,
				List.of(new AsyncSink.Queue(options, new Spool.Config(spool, CODEC, durable, 1_000_000))),
				(message) -> 0);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	private AsyncSink sink(DeliveryOptions options, boolean durable, long maxBytes) {
		return sink(options, durable, maxBytes, this::take);
	}

	private AsyncSink sink(DeliveryOptions options, boolean durable, long maxBytes, Destination sender) {
		return open(options, durable, maxBytes, 1_000_000, sender);
	}

	private AsyncSink open(DeliveryOptions options, boolean durable, long maxBytes, int replayPerSecond,
			Destination sender) {
		Spool spool = Destinations.spool(this.directory, "shop", maxBytes, this.channel);
		AsyncSink sink = new AsyncSink(this.channel, sender,
				List.of(new AsyncSink.Queue(options, new Spool.Config(spool, CODEC, durable, replayPerSecond))),
				(message) -> 0);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	private void take(List<Delivery> batch) throws IOException {
		if (this.away) {
			throw new IOException("away");
		}
		batch.forEach((delivery) -> this.sent.add(delivery.message().payload()));
	}

	private boolean offer(AsyncSink sink, int from, int to) {
		boolean accepted = true;
		for (int number = from; number < to; number++) {
			this.channel.offered();
			accepted &= sink.offer(new Outgoing(TestMessages.text(text(number))));
		}
		return accepted;
	}

	private static String text(int number) {
		return "item %05d".formatted(number);
	}

	private static List<String> numbers(int from, int to) {
		return IntStream.range(from, to).mapToObj(AsyncSinkSpoolTests::text).toList();
	}

	private String contentOfFiles() throws IOException {
		StringBuilder content = new StringBuilder();
		try (Stream<Path> files = Files.walk(this.directory)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".spool")).toList()) {
				content.append(Files.readString(file));
			}
		}
		return content.toString();
	}

	private Balance balance() {
		Balance balance = this.channel.balance();
		assertThat(balance.offered()).isEqualTo(balance.sampledOut() + balance.filtered() + balance.delivered()
				+ balance.held() + balance.droppedTotal());
		return balance;
	}

	/**
	 * A disk at its worst.
	 */
	private static final class FaultySpool implements Spool {

		private final Spool disk;

		private volatile Fault onOpen = () -> {
		};

		private volatile Fault onAppend = () -> {
		};

		private volatile Fault onPeek = () -> {
		};

		private final AtomicInteger failures = new AtomicInteger();

		private final AtomicLong nanos = new AtomicLong();

		private volatile boolean mediumFails;

		private FaultySpool(Spool disk) {
			this.disk = disk;
		}

		static void full() throws IOException {
			throw new IOException("No space left on device");
		}

		@Override
		public void open() throws IOException {
			this.onOpen.happen();
			this.disk.open();
		}

		@Override
		public void append(List<byte[]> records, boolean durably) throws IOException {
			this.onAppend.happen();
			long start = System.nanoTime();
			try {
				this.disk.append(records, durably);
			}
			catch (IOException ex) {
				this.failures.incrementAndGet();
				throw ex;
			}
			finally {
				this.nanos.addAndGet(System.nanoTime() - start);
			}
			if (this.mediumFails) {
				throw new Spool.UnsyncedException(new IOException("for a test"));
			}
		}

		@Override
		public synchronized void prepend(List<byte[]> records) throws IOException {
			this.disk.prepend(records);
		}

		@Override
		public List<byte[]> peek(int most) throws IOException {
			this.onPeek.happen();
			return this.disk.peek(most);
		}

		@Override
		public synchronized void remove(int number) throws IOException {
			this.disk.remove(number);
		}

		@Override
		public void setAside(byte[] rec) throws IOException {
			this.disk.setAside(rec);
		}

		@Override
		public long size() {
			return this.disk.size();
		}

		@Override
		public synchronized void close() throws IOException {
			this.disk.close();
		}

	}

	/**
	 * The behavior of a call.
	 */
	@FunctionalInterface
	private interface Fault {

		void happen() throws IOException;

	}

}
