package dev.cairn.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.kafka.support.serializer.JacksonJsonSerializer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the body of each benchmark once, so that none rots. Needs no backend.
 */
class BenchmarksTests {

	private static final List<String> UNIQUE = List.of("id", "timestamp");

	private final JsonMapper json = JsonMapper.builder().build();

	@ParameterizedTest
	@EnumSource(names = { "CAIRN_NOOP_SENDER", "CAIRN_BROKER_DOWN" })
	void cairnAcceptsWhatIsPublished(Contender contender) {
		PublishBenchmark benchmark = new PublishBenchmark();
		benchmark.contender = contender;
		benchmark.open();
		assertThat(benchmark.publish()).isNotNull();
		benchmark.close();
	}

	@Test
	void cairnAccountsForWhatItSends() {
		try (Publisher publisher = CairnPublisher.to(new NoopSender())) {
			publisher.publish(OrderPlaced.sample(0));
			assertThat(publisher.settle()).isEqualTo("offered 1, delivered 1, held 0, dropped {}");
		}
	}

	@Test
	void theTemplateSendsAnOrderAsJson() {
		MockProducer<String, OrderPlaced> producer = new MockProducer<>(true, null, new StringSerializer(),
				new JacksonJsonSerializer<>());
		try (Publisher publisher = new TemplatePublisher<>(() -> producer,
				(order) -> TemplatePublisher.record(order, order))) {
			assertThat(publisher.publish(OrderPlaced.sample(0))).isNotNull();
		}
		assertThat(producer.history()).singleElement().extracting(ProducerRecord::key).isEqualTo("o-100000");
	}

	@Test
	void theHandMadeMessageHasWhatCairnsMessageHas() throws Exception {
		List<Message> sent = new ArrayList<>();
		try (Publisher publisher = CairnPublisher.to((batch) -> batch.forEach((it) -> sent.add(it.message())))) {
			publisher.publish(OrderPlaced.sample(7));
			publisher.settle();
		}
		byte[] line = MessageEncoder.cairn(Redactor.DEFAULT).encode(sent.get(0), Limits.DEFAULT.maxBytes()).bytes();
		ObjectNode cairn = (ObjectNode) this.json.readTree(line);
		byte[] text = this.json.writeValueAsBytes(HandMadeMessage.of(OrderPlaced.sample(7)).envelope());
		ObjectNode handMade = (ObjectNode) this.json.readTree(text);
		assertThat(handMade.propertyNames()).isEqualTo(cairn.propertyNames());
		assertThat(handMade.without(UNIQUE)).isEqualTo(cairn.without(UNIQUE));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 5, 20 })
	void messagesAreBuiltPublishedAndSampledOut(int fields) {
		MessageBenchmark benchmark = new MessageBenchmark();
		benchmark.fields = fields;
		benchmark.prepare();
		assertThat(benchmark.publishRedacted()).isNotNull();
		assertThat(benchmark.publishUnredacted()).isNotNull();
		assertThat(benchmark.sampledOut()).isNull();
		assertThat(benchmark.noop()).isNull();
	}

	@Test
	void theMapperWritesTheSameJsonAsTheEncoder() throws Exception {
		EncodeBenchmark benchmark = new EncodeBenchmark();
		benchmark.prepare();
		JsonNode cairn = this.json.readTree(benchmark.cairn());
		assertThat(this.json.readTree(benchmark.jacksonMapper())).isEqualTo(cairn);
		assertThat(this.json.readTree(benchmark.metlog()).get("type")).isEqualTo(cairn.get("type"));
		assertThat(benchmark.memcpy()).isEqualTo(benchmark.cairn());
	}

	@Test
	void bothSidesReportAFailure() {
		CaptureBenchmark benchmark = new CaptureBenchmark();
		benchmark.start();
		try {
			assertThat(benchmark.makeException()).hasMessageContaining("article");
			int own = new Throwable().getStackTrace().length;
			assertThat(benchmark.makeException().getStackTrace().length - own).isBetween(50, 70);
			assertThat(benchmark.cairnEachSent()).hasSize(32);
			CaptureBenchmark.Pause pause = new CaptureBenchmark.Pause();
			pause.pause();
			assertThat(benchmark.isolatedMakeException(pause)).hasMessageContaining("article");
			assertThat(benchmark.isolatedCairn(pause)).hasSize(32);
			assertThat(benchmark.isolatedSentry(pause).toString()).hasSize(32);
			assertThat(benchmark.cairnRepeated()).hasSize(32);
			assertThat(Stream.generate(benchmark::cairnInStorm).limit(10)).as("burst").doesNotHaveDuplicates();
			assertThat(benchmark.cairnInStorm()).isEqualTo(benchmark.cairnInStorm());
			assertThat(benchmark.sentry().toString()).hasSize(32);
		}
		finally {
			benchmark.stop();
		}
	}

	/** Chronicle Queue does not open without {@code --add-opens}. */
	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHRONICLE")
	void aStorageGivesBackWhatItHasTaken(SpoolContender contender, @TempDir Path folder) throws Exception {
		byte[] first = { 1, 2, 3 };
		byte[] second = { 4 };
		try (RecordStore store = contender.open(folder)) {
			store.append(List.of(first, second), true);
			assertThat(store.drain(1)).containsExactly(first);
			assertThat(store.drain(2)).containsExactly(second);
			assertThat(store.drain(2)).isEmpty();
		}
	}

	@Test
	void aPacedRunMakesTheCallsThatAreDue() {
		PacedRun run = new PacedRun(1000);
		try (Publisher publisher = CairnPublisher.to(new NoopSender())) {
			run.go(publisher, 1);
		}
		assertThat(run.calls()).isEqualTo(1000);
		assertThat(run.row("cairn")).startsWith("cairn ");
	}

	@ParameterizedTest
	@EnumSource(StatsdBenchmark.Road.class)
	void metersCanBeMeasured(StatsdBenchmark.Road road) throws Exception {
		StatsdBenchmark benchmark = new StatsdBenchmark();
		benchmark.road = road;
		benchmark.start();
		benchmark.counter();
		benchmark.timer();
		assertThat(benchmark.recorded()).isEqualTo(2);
		benchmark.stop();
	}

	@Test
	void aStormOfSomeKindsAddsUp() throws Exception {
		assertThat(new StormHarness(2000, 1, 2, 1).kinds()).isEmpty();
	}

	@Test
	void aStormOfDistinctFailuresAddsUp() throws Exception {
		assertThat(new StormHarness(2000, 2, 2, 1).distinct()).isEmpty();
	}

}
