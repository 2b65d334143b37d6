package dev.cairn.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.DropReason;
import dev.cairn.Ledger;
import dev.cairn.Ledger.Balance;
import dev.cairn.LogCapture;
import dev.cairn.sink.spool.FileSpool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsyncSink} with a {@link FileSpool}.
 */
@Timeout(60)
class SpoolingTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withQueue(100, 1_000_000, Overflow.BLOCK)
		.withBlockUpTo(LONG)
		.withBatches(10, Duration.ofMillis(1))
		.withRetry(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(50));

	private static final SpoolCodec<String> CODEC = new SpoolCodec<>() {

		@Override
		public byte[] write(String item) {
			if (item.startsWith("unwritable")) {
				throw new IllegalStateException("unwritable");
			}
			return item.getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public String read(byte[] rec) {
			String item = new String(rec, StandardCharsets.UTF_8);
			if (item.startsWith("unreadable")) {
				throw new IllegalStateException("unreadable");
			}
			return item;
		}

	};

	@TempDir
	private Path directory;

	private final LogCapture log = new LogCapture();

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private final List<AsyncSink<String>> sinks = new ArrayList<>();

	private volatile boolean away;

	private Ledger.Channel channel = new Ledger().channel("kafka");

	@AfterEach
	void stop() {
		this.sinks.forEach((sink) -> sink.close(Duration.ZERO));
		this.log.close();
	}

	@Test
	void whatMemoryCannotHoldWaitsOnTheDiskAndGoesOutInOrder() {
		AsyncSink<String> sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 5000);
		Awaitility.await().untilAsserted(() -> assertThat(balance().spooled()).isGreaterThan(4800));
		assertThat(balance().held()).isEqualTo(5000);
		this.away = false;
		offer(sink, 5000, 6000);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 6000));
		assertThat(balance().delivered()).isEqualTo(6000);
		assertThat(balance().spooled()).isZero();
	}

	@Test
	void aSlowDestinationLosesNothingAndKeepsTheOrder() {
		AsyncSink<String> sink = sink(OPTIONS, false, 1_000_000, (batch) -> {
			Thread.sleep(1);
			take(batch);
		});
		offer(sink, 0, 5000);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 5000));
		assertThat(balance().droppedTotal()).isZero();
	}

	@Test
	void theOrderStaysThroughManyShortOutages() throws Exception {
		AsyncSink<String> sink = sink(OPTIONS, false, 1_000_000);
		for (int round = 0; round < 40; round++) {
			this.away = round % 2 == 0;
			offer(sink, round * 60, (round + 1) * 60);
			Awaitility.await().until(() -> this.away || sink.held() < 40);
		}
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 2400));
	}

	@Test
	void theNextProcessGoesOnWithWhatIsLeft() {
		AsyncSink<String> sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 1000);
		sink.close(LONG);
		assertThat(balance().held()).isEqualTo(1000);
		assertThat(balance().spooled()).isEqualTo(1000);
		assertThat(this.log.all()).anySatisfy((line) -> assertThat(line).contains("1000 messages are spooled"));
		this.away = false;
		this.channel = new Ledger().channel("kafka");
		AsyncSink<String> next = sink(OPTIONS, false, 1_000_000);
		Awaitility.await().until(() -> this.sent.size() == 1000);
		offer(next, 1000, 1100);
		assertThat(next.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 1100));
		assertThat(balance().offered()).isEqualTo(1100);
		assertThat(balance().delivered()).isEqualTo(1100);
	}

	@Test
	void whatHangsInTheDestinationAtTheEndIsKeptBeforeAllOthers() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		AsyncSink<String> sink = sink(OPTIONS, false, 1_000_000, (batch) -> {
			hanging.countDown();
			never.await();
		});
		offer(sink, 0, 5);
		hanging.await();
		offer(sink, 5, 500);
		sink.close(Duration.ofMillis(200));
		assertThat(balance().spooled()).isEqualTo(500);
		this.channel = new Ledger().channel("kafka");
		assertThat(sink(OPTIONS, false, 1_000_000).flush(LONG)).isTrue();
		Awaitility.await().until(() -> this.sent.size() == 500);
		assertThat(this.sent).isEqualTo(numbers(0, 500));
	}

	@Test
	void whatIsDurableIsOnTheDiskWhenTheCallReturns() throws Exception {
		AsyncSink<String> sink = sink(OPTIONS, true, 1_000_000);
		this.away = true;
		for (int number = 0; number < 20; number++) {
			offer(sink, number, number + 1);
			assertThat(contentOfFiles()).contains(" " + text(number) + "\n");
		}
		assertThat(balance().undurable()).isZero();
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 20));
	}

	@Test
	void callersOfDurableEventsShareTheWayToTheDisk() throws Exception {
		AsyncSink<String> sink = sink(OPTIONS, true, 10_000_000);
		List<Thread> callers = IntStream.range(0, 8)
			.mapToObj((caller) -> new Thread(() -> offer(sink, caller * 100, caller * 100 + 100)))
			.toList();
		callers.forEach(Thread::start);
		for (Thread caller : callers) {
			caller.join();
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactlyInAnyOrderElementsOf(numbers(0, 800));
		assertThat(balance().undurable()).isZero();
	}

	@Test
	void aFullSpoolLeavesTheRestInMemoryWhereTheOldestGivesWay() {
		AsyncSink<String> sink = sink(OPTIONS.withQueue(100, 1_000_000, Overflow.DROP_OLDEST), false, 5000);
		this.away = true;
		offer(sink, 0, 2000);
		Awaitility.await()
			.until(() -> this.log.warnings().stream().anyMatch((line) -> line.contains("the spool is full")));
		offer(sink, 2000, 3000);
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isSorted().doesNotHaveDuplicates();
		assertThat(balance().delivered() + balance().dropped().get(DropReason.OVERFLOW)).isEqualTo(3000);
		assertThat(this.sent).hasSize((int) balance().delivered());
	}

	@Test
	void aDirectoryThatCannotBeUsedLeavesAllInMemory() throws Exception {
		Path file = Files.writeString(this.directory.resolve("a-file"), "x");
		this.directory = file;
		AsyncSink<String> sink = sink(OPTIONS, true, 1_000_000);
		this.away = true;
		offer(sink, 0, 10);
		this.away = false;
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).isEqualTo(numbers(0, 10));
		assertThat(this.log.all()).filteredOn((line) -> line.contains("cannot open its spool")).hasSize(1);
		assertThat(balance().undurable()).isEqualTo(10);
	}

	@Test
	void whatCannotBeWrittenOrReadIsCounted() {
		AsyncSink<String> sink = sink(OPTIONS, true, 1_000_000);
		for (String item : List.of("a", "unwritable", "b", "unreadable", "c", "unreadable 2")) {
			this.channel.offered();
			sink.offer(item);
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.sent).containsExactly("a", "b", "c");
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.UNENCODABLE, 1L, DropReason.CORRUPT, 2L));
	}

	@Test
	void aBacklogGoesOutNoFasterThanAllowed() {
		AsyncSink<String> sink = sink(OPTIONS, false, 1_000_000);
		this.away = true;
		offer(sink, 0, 1000);
		sink.close(LONG);
		this.away = false;
		this.channel = new Ledger().channel("kafka");
		long start = System.nanoTime();
		AsyncSink<String> next = open(OPTIONS, false, 1_000_000, 1000, this::take);
		Awaitility.await().until(() -> this.sent.size() == 1000);
		assertThat(next.flush(LONG)).isTrue();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
	}

	@Test
	void whoAsksForItWaitsForRoomAndIsRefusedThen() throws Exception {
		CountDownLatch go = new CountDownLatch(1);
		DeliveryOptions blocking = OPTIONS.withQueue(10, 1_000_000, Overflow.BLOCK)
			.withBlockUpTo(Duration.ofMillis(300));
		AsyncSink<String> sink = new AsyncSink<>(this.channel, (batch) -> {
			go.await();
			take(batch);
		}, String::length, blocking);
		this.sinks.add(sink);
		offer(sink, 0, 10);
		long start = System.nanoTime();
		assertThat(offer(sink, 10, 11)).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(250), LONG);
		AtomicInteger accepted = new AtomicInteger();
		Thread caller = new Thread(() -> accepted.addAndGet(offer(sink, 11, 12) ? 1 : 0));
		caller.start();
		go.countDown();
		caller.join();
		assertThat(accepted).hasValue(1);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(balance().dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 1L));
	}

	private AsyncSink<String> sink(DeliveryOptions options, boolean durable, long maxBytes) {
		return sink(options, durable, maxBytes, this::take);
	}

	private AsyncSink<String> sink(DeliveryOptions options, boolean durable, long maxBytes,
			BatchSender<String> sender) {
		return open(options, durable, maxBytes, 1_000_000, sender);
	}

	private AsyncSink<String> open(DeliveryOptions options, boolean durable, long maxBytes, int replayPerSecond,
			BatchSender<String> sender) {
		FileSpool spool = new FileSpool(this.directory, "shop", maxBytes, this.channel);
		AsyncSink<String> sink = new AsyncSink<>(this.channel, sender, String::length, options,
				new Spooling<>(spool, CODEC, durable, replayPerSecond));
		this.sinks.add(sink);
		return sink;
	}

	private void take(List<Delivery<String>> batch) throws IOException {
		if (this.away) {
			throw new IOException("away");
		}
		batch.forEach((delivery) -> this.sent.add(delivery.item()));
	}

	private boolean offer(AsyncSink<String> sink, int from, int to) {
		boolean accepted = true;
		for (int number = from; number < to; number++) {
			this.channel.offered();
			accepted &= sink.offer(text(number));
		}
		return accepted;
	}

	private static String text(int number) {
		return "item %05d".formatted(number);
	}

	private static List<String> numbers(int from, int to) {
		return IntStream.range(from, to).mapToObj(SpoolingTests::text).toList();
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

}
