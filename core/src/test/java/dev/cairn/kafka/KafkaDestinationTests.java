package dev.cairn.kafka;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.file.Destinations;
import dev.cairn.kafka.KafkaDestination.Options;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.KafkaServer;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.Ports;
import dev.cairn.testing.TestMessages;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link KafkaDestination} and a real broker.
 */
@Timeout(120)
@ExtendWith(AwaitThreads.class)
class KafkaDestinationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withBatches(500, Duration.ofMillis(20))
		.withRetry(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMinutes(10));

	private static final Options GIVES_UP_AT_ONCE = withMissingTopic(Duration.ZERO);

	private final KafkaServer kafka = KafkaServer.get();

	private final Channel channel = new Accounts().channel("kafka");

	private final LogCapture log = new LogCapture();

	private final List<AsyncSink> sinks = new ArrayList<>();

	private MessageEncoder encoder = MessageEncoder.cairn(Redactor.DEFAULT);

	private BiPredicate<Message, String> deadLetters = (message, reason) -> false;

	private Map<String, Object> settings = Map.of();

	private Options options = Options.DEFAULT;

	private Supplier<Producer<byte[], byte[]>> producers = () -> this.kafka.producer(this.settings);

	@AfterEach
	void stop() {
		this.sinks.forEach((sink) -> sink.stop(Duration.ofSeconds(5)));
		this.log.close();
	}

	@Test
	void sendsCloudEventsThatTheirSdkReads() {
		String topic = this.kafka.newTopic();
		Message message = TestMessages.builder("order.placed")
			.timestamp(Instant.parse("2026-01-31T23:59:59.000001Z"))
			.field("n", 1)
			.build();
		deliver(topic, "{service}", message);
		CloudEvent event = KafkaMessageFactory.createReader(onlyRecord(topic)).toEvent();
		assertThat(event.getSpecVersion()).hasToString("1.0");
		assertThat(event.getId()).isEqualTo(message.id());
		assertThat(event.getType()).isEqualTo("order.placed");
		assertThat(event.getSource()).isEqualTo(URI.create("/shop"));
		assertThat(event.getTime().toInstant()).isEqualTo(message.timestamp());
		assertThat(event.getDataContentType()).isEqualTo("application/json");
		assertThat(JsonMapper.shared().readTree(event.getData().toBytes()).get("id").asString())
			.isEqualTo(message.id());
	}

	@Test
	void namesASourceThatIsAUriWhateverTheServiceIsCalled() {
		String topic = this.kafka.newTopic();
		deliver(topic, "", TestMessages.builder("a", new Origin("Mein L\u00e4dchen/1 %", null, null, "h", 1)).build());
		CloudEvent event = KafkaMessageFactory.createReader(onlyRecord(topic)).toEvent();
		assertThat(event.getSource()).hasToString("/Mein%20L%C3%A4dchen%2F1%20%25");
	}

	@Test
	void sendsTheTraceAsTheHeaderOfW3c() {
		String topic = this.kafka.newTopic();
		deliver(topic, "", TestMessages.builder("a").trace(new Trace("a", "b", true)).build());
		assertThat(header(onlyRecord(topic), "traceparent"))
			.isEqualTo("00-0000000000000000000000000000000a-000000000000000b-01");
	}

	@Test
	void sendsNoTraceWithoutOne() {
		String topic = this.kafka.newTopic();
		deliver(topic, "", TestMessages.message());
		assertThat(header(onlyRecord(topic), "traceparent")).isNull();
	}

	@Test
	void takesTheKeyFromTheMessage() {
		String topic = this.kafka.newTopic();
		deliver(topic, "{service}-{fields.order_id}", TestMessages.builder("a").field("order_id", 42).build());
		assertThat(new String(onlyRecord(topic).key(), StandardCharsets.UTF_8)).isEqualTo("shop-42");
	}

	@Test
	void sendsNoKeyWhenTheMessageLacksTheValue() {
		String topic = this.kafka.newTopic();
		deliver(topic, "{fields.order_id}", TestMessages.message());
		assertThat(onlyRecord(topic).key()).isNull();
	}

	@Test
	void sendsNoKeyIfItIsEmpty() {
		String topic = this.kafka.newTopic();
		deliver(topic, "", TestMessages.message());
		deliver(topic, "{fields.order_id}", TestMessages.builder("a").field("order_id", "").build());
		assertThat(this.kafka.records(topic)).hasSize(2).extracting(ConsumerRecord::key).containsOnlyNulls();
	}

	@Test
	void takesTheTopicFromTheMessage() {
		this.kafka.create("events.shop.order.placed", Map.of());
		deliver("events.{service}.{type}", "", TestMessages.message());
		assertThat(this.kafka.records("events.shop.order.placed")).hasSize(1);
	}

	@Test
	void takesTheAddressFromTheCall() {
		String topic = this.kafka.newTopic();
		deliver("configured", "{service}",
				TestMessages.builder("a").address(topic, "c-1", Map.of("tenant", "acme")).build());
		ConsumerRecord<byte[], byte[]> record = onlyRecord(topic);
		assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("c-1");
		assertThat(header(record, "tenant")).isEqualTo("acme");
		assertThat(header(record, "ce_type")).isEqualTo("a");
		assertThat(new String(record.value(), StandardCharsets.UTF_8)).doesNotContain("acme", "address");
	}

	@Test
	void replacesWhatATopicMustNotHold() {
		this.kafka.create("events_a_b_c", Map.of());
		deliver("events_{type}", "", TestMessages.builder("a:b/c").build());
		assertThat(this.kafka.records("events_a_b_c")).hasSize(1);
	}

	@Test
	void cutsATopicThatIsTooLong() {
		String longest = "t".repeat(249);
		this.kafka.create(longest, Map.of());
		deliver("{fields.topic}", "", to("t".repeat(300), 1));
		assertThat(this.kafka.records(longest)).hasSize(1);
	}

	@Test
	void keepsTheTimeOfTheMessage() {
		String topic = this.kafka.newTopic();
		deliver(topic, "", TestMessages.builder("a").timestamp(Instant.ofEpochMilli(1_700_000_000_123L)).build());
		assertThat(onlyRecord(topic).timestamp()).isEqualTo(1_700_000_000_123L);
	}

	@Test
	void takesTimesThatABrokerWouldRefuseTogetherWithAllOthers() {
		String topic = this.kafka.newTopic();
		deliver(topic, "", TestMessages.numbered(1),
				TestMessages.builder("a").timestamp(Instant.now().plus(2, ChronoUnit.DAYS)).field("n", 2).build(),
				TestMessages.builder("a").timestamp(Instant.parse("0000-01-01T00:00:00Z")).field("n", 3).build(),
				TestMessages.numbered(4));
		assertThat(numbers(topic)).containsExactly(1, 2, 3, 4);
		assertThat(this.channel.balance().delivered()).isEqualTo(4);
	}

	@Test
	void dropsWhatIsTooLargeForTheProducerAndSendsTheOthers() {
		String topic = this.kafka.newTopic();
		this.settings = Map.of("max.request.size", 5000);
		deliver(topic, "", TestMessages.numbered(1), large(2), TestMessages.numbered(3));
		assertThat(numbers(topic)).containsExactly(1, 3);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.OVERSIZE, 1L));
		assertThat(this.channel.balance().state()).isEqualTo(State.UP);
	}

	@Test
	void dropsWhatIsTooLargeForTheBrokerAndSendsTheOthers() {
		String topic = this.kafka.newTopic(Map.of("max.message.bytes", "5000"));
		deliver(topic, "", TestMessages.numbered(1), large(2), TestMessages.numbered(3));
		assertThat(numbers(topic)).containsExactlyInAnyOrder(1, 3);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.OVERSIZE, 1L));
	}

	@Test
	void shortensWhatIsTooLargeForTheClusterAndTriesOnceMore() throws Exception {
		String topic = this.kafka.newTopic(Map.of("max.message.bytes", "5000"));
		deliver(topic, "", TestMessages.builder("a").field("n", 1).payload("x".repeat(8000)).build());
		assertThat(new String(onlyRecord(topic).value(), StandardCharsets.UTF_8)).contains("\"truncated\":true");
		assertThat(this.channel.balance().truncated()).isEqualTo(1);
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(this.channel.balance().droppedTotal()).isZero();
	}

	@Test
	void keepsDeadLettersOfWhatTheClusterWillNeverTake(@TempDir Path folder) throws Exception {
		this.options = GIVES_UP_AT_ONCE;
		String topic = this.kafka.newTopic();
		this.settings = Map.of("max.request.size", 5000);
		Path file = folder.resolve("new").resolve("dead.jsonl");
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		this.deadLetters = Destinations.deadLetters(file, 23_000, codec);
		Message large = large(2);
		deliver("{fields.topic|service}", "", to(topic, 1), to("no-such-topic", 3));
		deliver(topic, "", large, large(4));
		assertThat(numbers(topic)).containsExactly(1);
		assertThat(this.channel.balance().dropped())
			.isEqualTo(Map.of(DropReason.DEAD_LETTER, 2L, DropReason.OVERSIZE, 1L));
		List<String> lines = Files.readAllLines(file);
		assertThat(lines).hasSize(2);
		JsonMapper json = JsonMapper.shared();
		assertThat(json.readTree(lines.get(0)).get("reason").asString()).contains("no-such-topic");
		assertThat(json.readTree(lines.get(1)).get("message").get("id").asString()).isEqualTo(large.id());
		assertThat(json.readTree(lines.get(1)).get("message").get("payload").asString()).isEqualTo(large.payload());
	}

	@Test
	void waitsForAMissingTopicOnceOnly() {
		this.options = GIVES_UP_AT_ONCE;
		String topic = this.kafka.newTopic();
		this.settings = Map.of("max.block.ms", 3000);
		AsyncSink sink = sink("{fields.topic}", "");
		for (int n = 0; n < 10; n++) {
			offer(sink, to("no-such-topic-either", n));
			offer(sink, to(topic, n));
			assertThat(sink.flush(LONG)).isTrue();
		}
		assertThat(numbers(topic)).hasSize(10);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 10L));
	}

	@Test
	void losesNothingWhileTheClusterCreatesTheTopic() {
		String topic = this.kafka.newTopic();
		this.settings = Map.of("max.block.ms", 200);
		AsyncSink sink = sink("{fields.topic}", "");
		offer(sink, to("created-late", 1));
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().lastError() != null);
		offer(sink, to("created-late", 2));
		offer(sink, to(topic, 3));
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().delivered() == 1);
		assertThat(this.channel.balance().held()).isEqualTo(2);
		this.kafka.create("created-late", Map.of());
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(numbers("created-late")).containsExactly(1, 2);
		assertThat(numbers(topic)).containsExactly(3);
		assertThat(this.channel.balance().droppedTotal()).isZero();
	}

	@Test
	void givesUpATopicThatStaysMissing() {
		this.settings = Map.of("max.block.ms", 200);
		this.options = withMissingTopic(Duration.ofSeconds(1));
		AsyncSink sink = sink("{fields.topic}", "");
		offer(sink, to("stays-missing", 1));
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().droppedTotal() > 0);
		// Looked up more than once: the first answer is no reason
		assertThat(this.log.warnings()).anySatisfy((warning) -> assertThat(warning).contains("not present in metadata"))
			.anySatisfy((warning) -> assertThat(warning).contains("stays-missing", "NewTopic"));
		offer(sink, to("stays-missing", 2));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 2L));
	}

	private static Options withMissingTopic(Duration time) {
		return new Options(Options.DEFAULT.patience(), () -> null, true, time);
	}

	@Test
	void refusesATopicThatKafkaCannotHave() {
		assertThatIllegalArgumentException().isThrownBy(() -> address("orders and more"))
			.withMessageContaining("'orders and more'")
			.withMessageContaining("[a-zA-Z0-9._-]");
		assertThatIllegalArgumentException().isThrownBy(() -> address("..")).withMessageContaining("'..'");
		assertThatIllegalArgumentException().isThrownBy(() -> address("x".repeat(250))).withMessageContaining("249");
	}

	private static KafkaDestination.Address address(String topic) {
		return new KafkaDestination.Address(topic, "", "", null);
	}

	@Test
	void keepsItsProducerWhenARecordIsRefused() {
		String topic = this.kafka.newTopic();
		this.settings = Map.of("max.request.size", 5000);
		AtomicInteger made = countProducers();
		AsyncSink sink = sink(topic, "");
		for (int i = 0; i < 3; i++) {
			offer(sink, large(1));
			assertThat(sink.flush(LONG)).isTrue();
		}
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.OVERSIZE, 3L));
		assertThat(made).hasValue(1);
	}

	@Test
	void shortensWhatIsLargerThanItsOwnLimit() throws Exception {
		String topic = this.kafka.newTopic();
		AsyncSink sink = sink(topic, "k", 2000);
		offer(sink, large(1));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(onlyRecord(topic).value()).hasSizeLessThanOrEqualTo(2000);
		assertThat(this.channel.balance().truncated()).isEqualTo(1);
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
	}

	@Test
	void dropsWhatCannotBeEncodedAndSendsTheOthers() {
		String topic = this.kafka.newTopic();
		MessageEncoder json = this.encoder;
		this.encoder = (message, maxBytes) -> {
			if (message.type().equals("bad")) {
				throw new IllegalStateException("password=hunter2");
			}
			if (message.type().equals("worse")) {
				throw new NoClassDefFoundError("com/acme/Gone");
			}
			return json.encode(message, maxBytes);
		};
		deliver(topic, "", TestMessages.numbered(1), TestMessages.builder("bad").build(),
				TestMessages.builder("worse").build(), TestMessages.numbered(2));
		assertThat(numbers(topic)).containsExactly(1, 2);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.UNENCODABLE, 2L));
		assertThat(this.log.all()).noneMatch((line) -> line.contains("hunter2"));
	}

	@Test
	void rejectsWhatGoesToATopicThatThereIsNotAndSendsTheOthers() {
		this.options = GIVES_UP_AT_ONCE;
		String topic = this.kafka.newTopic();
		deliver("{fields.topic}", "", to("no-such-topic", 1), to(topic, 2), to("no-such-topic", 3), to(topic, 4));
		assertThat(numbers(topic)).containsExactly(2, 4);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 2L));
		assertThat(this.channel.balance().lastError()).contains("no-such-topic");
		assertThat(this.log.warnings()).singleElement().asString().contains("rejected", "no-such-topic");
	}

	/**
	 * kafka-clients 4.1.2 splits a batch that is too large for its topic for ever, into
	 * batches of the same size.
	 */
	@Test
	void deliversToATopicWhoseBatchesAreTooLargeWhileTheOthersGoOn() {
		String small = this.kafka.newTopic(Map.of("max.message.bytes", "3000"));
		String healthy = this.kafka.newTopic();
		this.settings = Map.of("delivery.timeout.ms", 2000, "request.timeout.ms", 1500);
		this.options = new Options(Duration.ofMillis(2500), () -> null, true, Duration.ZERO);
		AsyncSink sink = sink("{fields.topic}", "");
		for (int n = 0; n < 600; n++) {
			offer(sink, to(small, n));
		}
		for (int n = 0; n < 1000; n++) {
			offer(sink, to(healthy, n));
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(numbers(healthy)).isEqualTo(IntStream.range(0, 1000).boxed().toList());
		// A batch that is small enough may overtake the one that the client splits, and a
		// request that takes a busy broker more than 1.5 seconds is sent again
		assertThat(Set.copyOf(numbers(small))).isEqualTo(IntStream.range(0, 600).boxed().collect(Collectors.toSet()));
		assertThat(this.channel.balance().droppedTotal()).isZero();
		assertThat(this.log.warnings()).hasSizeLessThan(2)
			.allSatisfy((warning) -> assertThat(warning).contains(small).doesNotContain(healthy));
	}

	@Test
	void givesUpWhatATopicDoesNotAcceptOnTheDiskTooWhileTheOthersGoOn(@TempDir Path folder) {
		Fake fake = new Fake((record) -> record.topic().equals("stuck") ? new TimeoutException("no leader") : null);
		this.producers = () -> fake;
		List<String> kept = new CopyOnWriteArrayList<>();
		this.deadLetters = (message, reason) -> kept.add(reason);
		AsyncSink sink = sink(folder,
				OPTIONS.withRetry(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(500)));
		for (int n = 0; n < 100; n++) {
			offer(sink, to("stuck", n));
			offer(sink, to("healthy", n));
		}
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().delivered() == 100);
		assertThat(this.channel.balance().held()).isEqualTo(100);
		for (int n = 100; kept.size() < 100; n++) {
			offer(sink, to("healthy", n));
			int before = n;
			Awaitility.await().atMost(LONG).until(() -> this.channel.balance().delivered() == before + 1);
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.DEAD_LETTER, 100L));
		assertThat(kept).allSatisfy((reason) -> assertThat(reason).contains("no leader", "stuck"));
		assertThat(this.log.warnings()).first().asString().contains("no leader (blocked: stuck");
	}

	private AsyncSink sink(Path folder, DeliveryOptions options) {
		KafkaDestination.Address address = new KafkaDestination.Address("{fields.topic}", "", "", null);
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		AsyncSink sink = new AsyncSink(this.channel,
				new KafkaDestination(this.producers, (message) -> address, this.encoder, 262_144, this.deadLetters,
						this.options),
				List.of(new AsyncSink.Queue(options, new Spool.Config(
						Destinations.spool(folder, "shop", 100_000_000, this.channel), codec, false, 100_000))),
				(message) -> 0);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	@Test
	void rejectsWhatGoesToATopicThatNoneCanBe() {
		String topic = this.kafka.newTopic();
		deliver("{fields.topic}", "", to("..", 1), to("", 2), to(topic, 3));
		assertThat(numbers(topic)).containsExactly(3);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 2L));
	}

	@Test
	void sendsTheOthersWhenTheBrokerRefusesOneOfABatch() {
		String topic = this.kafka.newTopic(Map.of("cleanup.policy", "compact"));
		this.settings = Map.of("linger.ms", 200);
		deliver(topic, "{fields.key}", TestMessages.builder("a").field("key", "k").field("n", 1).build(),
				TestMessages.builder("a").field("n", 2).build(),
				TestMessages.builder("a").field("key", "k").field("n", 3).build());
		assertThat(numbers(topic)).containsExactly(1, 3);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
	}

	@Test
	void rejectsWhatItMayNotWriteAndSendsTheOthers() {
		Fake fake = new Fake(
				(record) -> record.topic().equals("forbidden") ? new TopicAuthorizationException("no") : null);
		this.producers = () -> fake;
		deliver("{fields.topic}", "", to("forbidden", 1), to("open", 2));
		assertThat(fake.history()).extracting(ProducerRecord::topic).containsExactly("open");
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
	}

	@Test
	void triesAgainWhenTheClusterDoesNotHaveItYet() {
		AtomicInteger attempts = new AtomicInteger();
		Fake fake = new Fake((record) -> (attempts.incrementAndGet() <= 2)
				? new SaslAuthenticationException("wrong password") : null);
		this.producers = () -> fake;
		deliver("t", "", TestMessages.numbered(1));
		assertThat(this.channel.balance().delivered()).isEqualTo(1);
		assertThat(fake.closed()).isFalse();
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("wrong password", "Check security.protocol", "user name and password");
	}

	@Test
	void logsEachMissingTopicOnce() {
		this.options = GIVES_UP_AT_ONCE;
		this.settings = Map.of("max.block.ms", 1000);
		deliver("{fields.topic}", "", to("missing-1", 1), to("missing-2", 2), to("missing-1", 3), to("missing-2", 4));
		assertThat(this.log.warnings()).hasSize(2)
			.anySatisfy((warning) -> assertThat(warning).contains("missing-1", "NewTopic"))
			.anySatisfy((warning) -> assertThat(warning).contains("missing-2", "NewTopic"));
	}

	@Test
	void namesTheRemedyIfAPortIsMissing() {
		this.settings = Map.of("bootstrap.servers", "localhost");
		AsyncSink sink = sink("t", "");
		offer(sink, TestMessages.message());
		Awaitility.await().atMost(LONG).until(() -> !this.log.warnings().isEmpty());
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("Invalid url in bootstrap.servers: localhost", "host:port");
	}

	@Test
	void namesTheRemedyIfAHostCannotBeResolved() {
		this.settings = Map.of("bootstrap.servers", "no-such-host.invalid:9092");
		AsyncSink sink = sink("t", "");
		offer(sink, TestMessages.message());
		Awaitility.await().atMost(LONG).until(() -> !this.log.warnings().isEmpty());
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("host names in bootstrap.servers")
			.doesNotContain("host:port");
	}

	@Test
	void namesTheLimitOfATopicThatABatchExceeds() {
		Exception explained = KafkaFailures.explain(new TimeoutException("Expiring 3 record(s) for t-0:2000 ms"),
				"Got error produce response on topic-partition t-0, splitting and retrying. Error: MESSAGE_TOO_LARGE");
		assertThat(explained).hasMessageContaining("max.message.bytes").hasMessageNotContaining("advertised.listeners");
	}

	@Test
	void namesTheRemedyIfTheMetadataIsUnavailable() {
		this.settings = Map.of("bootstrap.servers", "127.0.0.1:" + Ports.free(), "max.block.ms", 500);
		AsyncSink sink = sink("t", "");
		offer(sink, TestMessages.message());
		Awaitility.await().atMost(LONG).until(() -> !this.log.warnings().isEmpty());
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("Topic t not present in metadata", "advertised.listeners", "security.protocol");
	}

	@Test
	void makesANewProducerWhenTheOldOneIsOfNoMoreUse() {
		List<Fake> made = new ArrayList<>();
		this.producers = () -> {
			boolean first = made.isEmpty();
			made.add(new Fake((record) -> first ? new OutOfOrderSequenceException("lost") : null));
			return made.get(made.size() - 1);
		};
		deliver("t", "", TestMessages.numbered(1), TestMessages.numbered(2));
		assertThat(made).hasSize(2);
		assertThat(made.get(0).closed()).isTrue();
		assertThat(made.get(1).history()).hasSize(2);
		assertThat(this.channel.balance().delivered()).isEqualTo(2);
	}

	@Test
	void closesItsProducerWhenARecordHasExpiredForAnotherReasonThanTime() throws Exception {
		MockProducer<byte[], byte[]> first = new MockProducer<>(false, null, new ByteArraySerializer(),
				new ByteArraySerializer());
		Fake second = new Fake((record) -> null);
		Deque<Producer<byte[], byte[]>> made = new ArrayDeque<>(List.of(first, second));
		this.producers = made::removeFirst;
		AsyncSink sink = sink("t", "k");
		offer(sink, TestMessages.numbered(1));
		offer(sink, TestMessages.numbered(2));
		Awaitility.await().atMost(LONG).until(() -> first.history().size() == 2);
		first.errorNext(new NotEnoughReplicasException());
		assertThat(first.closed()).isTrue();
		first.errorNext(new KafkaException("Producer is closed forcefully."));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(second.history()).hasSize(2);
	}

	@Test
	void sendsNothingAheadOfARecordThatHasFailedInTheMeantime() {
		AtomicBoolean failed = new AtomicBoolean();
		MockProducer<byte[], byte[]> producer = new MockProducer<>(false, null, new ByteArraySerializer(),
				new ByteArraySerializer()) {

			@Override
			public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
				Future<RecordMetadata> sent = super.send(record, callback);
				if (failed.get()) {
					completeNext();
				}
				return sent;
			}

		};
		this.producers = () -> producer;
		MessageEncoder json = this.encoder;
		this.encoder = (message, maxBytes) -> {
			if (message.fields().get("n").equals(2) && failed.compareAndSet(false, true)) {
				CompletableFuture.runAsync(() -> producer.errorNext(new NotEnoughReplicasException())).join();
			}
			return json.encode(message, maxBytes);
		};
		deliver("t", "k", TestMessages.numbered(1), TestMessages.numbered(2));
		assertThat(producer.history()).extracting((record) -> numberOf(record.value())).containsExactly(1, 1, 2);
		assertThat(producer.closed()).isFalse();
		assertThat(this.channel.balance().delivered()).isEqualTo(2);
	}

	@Test
	void namesWhatAPartitionerReceivesIfItExpectsSomethingElse() {
		AtomicInteger attempts = new AtomicInteger();
		this.producers = () -> new Fake((record) -> null) {

			@Override
			public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
				if (attempts.incrementAndGet() == 1) {
					throw new ClassCastException("[B cannot be cast to String");
				}
				return super.send(record, callback);
			}

		};
		deliver("t", "", TestMessages.numbered(1));
		assertThat(this.log.warnings()).singleElement()
			.asString()
			.contains("[B cannot be cast to String", "partitioner.class");
	}

	@Test
	void sendsNothingAgainWhenWhatItHasShortenedFails() {
		AtomicInteger large = new AtomicInteger();
		AtomicInteger small = new AtomicInteger();
		Fake fake = new Fake((record) -> {
			if (record.value().length < 5000) {
				small.incrementAndGet();
				return null;
			}
			return switch (large.incrementAndGet()) {
				case 1 -> new RecordTooLargeException("for the broker");
				case 2 -> new TimeoutException("the cluster is unknown");
				default -> null;
			};
		});
		this.producers = () -> fake;
		deliver("t", "", large(1), TestMessages.numbered(2), TestMessages.numbered(3));
		assertThat(this.channel.balance().delivered()).isEqualTo(3);
		assertThat(small).hasValue(2);
	}

	@Test
	void makesANewProducerWhenItWasClosed() {
		String topic = this.kafka.newTopic();
		List<Producer<byte[], byte[]>> made = new ArrayList<>();
		this.producers = () -> {
			made.add(this.kafka.producer(Map.of()));
			return made.get(made.size() - 1);
		};
		AsyncSink sink = sink(topic, "");
		offer(sink, TestMessages.numbered(1));
		assertThat(sink.flush(LONG)).isTrue();
		made.get(0).close();
		offer(sink, TestMessages.numbered(2));
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(numbers(topic)).containsExactly(1, 2);
		assertThat(made).hasSize(2);
	}

	@Test
	void triesAgainWhenAProducerCannotBeMade() {
		String topic = this.kafka.newTopic();
		AtomicInteger attempts = new AtomicInteger();
		Supplier<Producer<byte[], byte[]>> real = this.producers;
		this.producers = () -> {
			if (attempts.incrementAndGet() <= 3) {
				throw new KafkaException("no resolvable bootstrap urls");
			}
			return real.get();
		};
		deliver(topic, "", TestMessages.numbered(1));
		assertThat(numbers(topic)).containsExactly(1);
		assertThat(this.log.warnings()).singleElement().asString().contains("no resolvable bootstrap urls");
	}

	@Test
	void makesNoProducerBeforeTheFirstMessage() {
		AtomicInteger made = countProducers();
		AsyncSink sink = sink("t", "");
		sink.stop(LONG);
		assertThat(made).hasValue(0);
	}

	@Test
	void closesItsProducer() {
		Fake fake = new Fake((record) -> null);
		this.producers = () -> fake;
		AsyncSink sink = sink("t", "");
		offer(sink, TestMessages.message());
		sink.stop(LONG);
		assertThat(fake.closed()).isTrue();
	}

	@Test
	void losesNothingWhenTheBrokerGoesAwayInBetween() throws Exception {
		String topic = this.kafka.newTopic();
		this.settings = Map.of("delivery.timeout.ms", 1000, "request.timeout.ms", 800);
		AsyncSink sink = sink(topic, "");
		offer(sink, TestMessages.numbered(1));
		assertThat(sink.flush(LONG)).isTrue();
		this.kafka.proxy().stop();
		for (int n = 2; n <= 50; n++) {
			offer(sink, TestMessages.numbered(n));
		}
		Awaitility.await().atMost(LONG).until(() -> this.channel.balance().state() != State.UP);
		this.kafka.proxy().start();
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(this.channel.balance().delivered()).isEqualTo(50);
		assertThat(numbers(topic).stream().distinct()).hasSize(50);
		Awaitility.await().atMost(LONG).until(() -> this.log.infos().size() == 1);
		assertThat(this.log.warnings()).hasSize(1);
	}

	private AtomicInteger countProducers() {
		AtomicInteger made = new AtomicInteger();
		Supplier<Producer<byte[], byte[]>> real = this.producers;
		this.producers = () -> {
			made.incrementAndGet();
			return real.get();
		};
		return made;
	}

	private void deliver(String topic, String key, Message... messages) {
		AsyncSink sink = sink(topic, key);
		for (Message message : messages) {
			offer(sink, message);
		}
		assertThat(sink.flush(LONG)).isTrue();
	}

	private AsyncSink sink(String topic, String key) {
		return sink(topic, key, 262_144);
	}

	private AsyncSink sink(String topic, String key, int maxBytes) {
		KafkaDestination.Address address = new KafkaDestination.Address(topic, key, "", null);
		KafkaDestination sender = new KafkaDestination(this.producers, (message) -> address, this.encoder, maxBytes,
				this.deadLetters, this.options);
		AsyncSink sink = new AsyncSink(this.channel, sender, OPTIONS);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	private void offer(AsyncSink sink, Message message) {
		this.channel.offered();
		sink.offer(new Outgoing(message));
	}

	private ConsumerRecord<byte[], byte[]> onlyRecord(String topic) {
		List<ConsumerRecord<byte[], byte[]>> records = this.kafka.records(topic);
		assertThat(records).hasSize(1);
		return records.get(0);
	}

	private List<Integer> numbers(String topic) {
		return this.kafka.records(topic).stream().map((record) -> numberOf(record.value())).toList();
	}

	private static int numberOf(byte[] value) {
		return JsonMapper.shared().readTree(value).get("fields").get("n").asInt();
	}

	private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
		Header header = record.headers().lastHeader(name);
		return (header != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
	}

	private static Message large(int number) {
		return TestMessages.builder("a").field("n", number).payload("x".repeat(20_000)).build();
	}

	private static Message to(String topic, int number) {
		return TestMessages.builder("a").field("topic", topic).field("n", number).build();
	}

	/**
	 * Fails as the test requires, where a real cluster would need users and rights.
	 */
	private static class Fake extends MockProducer<byte[], byte[]> {

		private final Function<ProducerRecord<byte[], byte[]>, RuntimeException> failure;

		Fake(Function<ProducerRecord<byte[], byte[]>, RuntimeException> failure) {
			super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
			this.failure = failure;
		}

		@Override
		public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
			RuntimeException failed = this.failure.apply(record);
			if (failed == null) {
				return super.send(record, callback);
			}
			callback.onCompletion(null, failed);
			return CompletableFuture.failedFuture(failed);
		}

	}

}
