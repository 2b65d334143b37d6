package dev.cairn.benchmarks;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cost for Cairn's thread of writing a message, against Jackson's mapper with a map
 * that gives the same JSON, and against a mere copy of the bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBenchmark {

	private static final Origin ORIGIN = new Origin("shop", "benchmark", "1.0.0", "localhost", 4711);

	private static final int MAX_BYTES = Limits.DEFAULT.maxBytes();

	private final MessageEncoder cairn = MessageEncoder.cairn(Redactor.DEFAULT);

	private final MessageEncoder metlog = MessageEncoder.Format.METLOG.encoder(Redactor.DEFAULT,
			ApplicationFrames.DEFAULT);

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final Message message = new Message("019c2a7e-91f4-7a11-8b52-6d1c3c5e7f20", "order.placed",
			Instant.parse("2026-01-31T23:59:59.123456Z"), ORIGIN.service(), Severity.INFORMATIONAL, "", fields(),
			ORIGIN, null, null, false, null, null);

	private final Map<String, @Nullable Object> map = map(this.message);

	private byte[] line = {};

	private static Map<String, @Nullable Object> fields() {
		Map<String, @Nullable Object> fields = new LinkedHashMap<>();
		fields.put("order_id", "o-107919");
		fields.put("customer_id", "c-5001");
		fields.put("total", 129.95);
		fields.put("currency", "EUR");
		fields.put("items", 3);
		return fields;
	}

	private static Map<String, @Nullable Object> map(Message message) {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		map.put("id", message.id());
		map.put("type", message.type());
		map.put("timestamp", message.timestamp());
		map.put("logger", message.logger());
		map.put("severity", message.severity().code());
		map.put("payload", message.payload());
		map.put("fields", new LinkedHashMap<>(message.fields()));
		map.put("env_version", Message.ENV_VERSION);
		map.put("service", ORIGIN.service());
		map.put("environment", ORIGIN.environment());
		map.put("release", ORIGIN.release());
		map.put("hostname", ORIGIN.hostname());
		map.put("pid", ORIGIN.pid());
		return map;
	}

	/**
	 * Write the line that is copied.
	 * @throws TooLargeException never
	 */
	@Setup
	public void prepare() throws TooLargeException {
		this.line = cairn();
	}

	/**
	 * Write Cairn's own envelope.
	 * @return the line
	 * @throws TooLargeException never
	 */
	@Benchmark
	public byte[] cairn() throws TooLargeException {
		return this.cairn.encode(this.message, MAX_BYTES).bytes();
	}

	/**
	 * Write Metlog's envelope.
	 * @return the line
	 * @throws TooLargeException never
	 */
	@Benchmark
	public byte[] metlog() throws TooLargeException {
		return this.metlog.encode(this.message, MAX_BYTES).bytes();
	}

	/**
	 * Write an equal map with Jackson's mapper.
	 * @return the line
	 */
	@Benchmark
	public byte[] jacksonMapper() {
		return this.mapper.writeValueAsBytes(this.map);
	}

	/**
	 * Copy the line.
	 * @return the copy
	 */
	@Benchmark
	public byte[] memcpy() {
		return this.line.clone();
	}

}
