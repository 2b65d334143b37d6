package dev.cairn.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import com.sun.management.OperatingSystemMXBean;
import dev.cairn.Cairn;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.kafka.KafkaDestination;
import dev.cairn.redaction.Redactor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.json.JsonMapper;

/**
 * How many events a second reach the broker, and what processor time each takes, all
 * threads of the process together. Cairn, whose caller waits for room here, beside a
 * producer in a loop that writes the same message by hand; each with every compression.
 * <pre>
 * java -cp benchmarks.jar dev.cairn.benchmarks.ThroughputRun [events] [rounds] [bootstrap servers] [compressions]
 * </pre>
 */
public final class ThroughputRun {

	private static final List<String> COMPRESSIONS = List.of("none", "lz4", "snappy", "zstd", "gzip");

	/** The first measurement must not pay for the compiler. */
	private static final int WARM_UP = 5;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final String TOPIC = "cairn-benchmark";

	private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private ThroughputRun() {
	}

	/**
	 * Run both with every compression and print the medians.
	 * @param args events, rounds, bootstrap servers, compressions separated by commas;
	 * each may be left out from behind
	 */
	public static void main(String[] args) {
		int events = (args.length > 0) ? Integer.parseInt(args[0]) : 200_000;
		int rounds = (args.length > 1) ? Integer.parseInt(args[1]) : 3;
		String servers = (args.length > 2) ? args[2] : "127.0.0.1:19092";
		List<String> compressions = (args.length > 3) ? List.of(args[3].split(",")) : COMPRESSIONS;
		System.out.printf("%d events, %d rounds, JDK %s%n", events, rounds, Runtime.version());
		for (int i = 0; i < WARM_UP; i++) {
			byCairn(events, servers, compressions.get(0));
			byHand(events, servers, compressions.get(0));
		}
		System.out.printf("%-8s %-12s %12s %16s%n", "what", "compression", "events/s", "processor us/event");
		for (String compression : compressions) {
			List<Result> cairn = new ArrayList<>();
			List<Result> loop = new ArrayList<>();
			for (int round = 0; round < rounds; round++) {
				cairn.add(byCairn(events, servers, compression));
				loop.add(byHand(events, servers, compression));
			}
			print("cairn", compression, cairn);
			print("by hand", compression, loop);
		}
	}

	private static void print(String what, String compression, List<Result> results) {
		System.out.printf("%-8s %-12s %12.0f %16.2f%n", what, compression,
				median(results.stream().map(Result::perSecond).toList()),
				median(results.stream().map(Result::processorMicros).toList()));
	}

	private static double median(List<Double> values) {
		List<Double> sorted = new ArrayList<>(values);
		Collections.sort(sorted);
		return sorted.get(sorted.size() / 2);
	}

	private static Map<String, Object> settings(String servers, String compression) {
		Map<String, Object> settings = KafkaSettings.producer(servers);
		settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
		return settings;
	}

	private static Producer<byte[], byte[]> producer(String servers, String compression) {
		return new KafkaProducer<>(settings(servers, compression), new ByteArraySerializer(),
				new ByteArraySerializer());
	}

	private static Result byCairn(int events, String servers, String compression) {
		Accounts ledger = new Accounts();
		Channel channel = ledger.channel("kafka");
		KafkaDestination.Address address = new KafkaDestination.Address(TOPIC, "{fields.order_id}", "", null);
		KafkaDestination sender = new KafkaDestination(() -> producer(servers, compression), (message) -> address,
				MessageEncoder.cairn(Redactor.DEFAULT), Limits.DEFAULT.maxBytes(), (message, reason) -> false,
				KafkaDestination.Options.DEFAULT);
		DeliveryOptions waiting = DeliveryOptions.DEFAULT.withQueue(10_000, 32L * 1024 * 1024, Overflow.BLOCK)
			.withBlockUpTo(PATIENCE);
		try (Cairn cairn = new CairnBuilder(new Origin("shop", "benchmark", "1.0.0", "localhost", 1)).ledger(ledger)
			.sink(new AsyncSink(channel, sender, waiting))
			.build()) {
			OrderPlaced.sample(0).publish(cairn);
			require(cairn.flush(PATIENCE));
			Clock clock = new Clock();
			for (int i = 0; i < events; i++) {
				OrderPlaced.sample(i).publish(cairn);
			}
			require(cairn.flush(PATIENCE) && channel.balance().delivered() == events + 1L);
			return clock.result(events);
		}
	}

	private static void require(boolean delivered) {
		if (!delivered) {
			throw new IllegalStateException("not all events were delivered");
		}
	}

	private static Result byHand(int events, String servers, String compression) {
		JsonMapper json = JsonMapper.shared();
		try (Producer<byte[], byte[]> producer = producer(servers, compression)) {
			producer.send(new ProducerRecord<>(TOPIC, new byte[0]));
			producer.flush();
			Clock clock = new Clock();
			for (int i = 0; i < events; i++) {
				OrderPlaced order = OrderPlaced.sample(i);
				HandMadeMessage message = HandMadeMessage.of(order);
				ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(TOPIC,
						order.orderId().getBytes(StandardCharsets.UTF_8), json.writeValueAsBytes(message.envelope()));
				message.headers().forEach(record.headers()::add);
				producer.send(record);
			}
			producer.flush();
			return clock.result(events);
		}
	}

	/**
	 * Time and processor time from its making on.
	 */
	private static final class Clock {

		private final long start = System.nanoTime();

		private final long processor = PROCESS.getProcessCpuTime();

		Result result(int events) {
			double seconds = (System.nanoTime() - this.start) / 1e9;
			double processorMicros = (PROCESS.getProcessCpuTime() - this.processor) / 1e3;
			return new Result(events / seconds, processorMicros / events);
		}

	}

	/**
	 * The results of one run.
	 *
	 * @param perSecond events a second
	 * @param processorMicros microseconds of processor time for each event
	 */
	private record Result(double perSecond, double processorMicros) {
	}

}
