package dev.cairn.sample.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Ledger;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Publishes numbered events from several threads, at a pace, and writes down which of
 * them were accepted and how long the calls took. With {@code load.acks=true} it prints
 * each accepted one on its output before the next is published. It waits at the end until
 * nothing is held, and prints the account.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class EventLoad {

	private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);

	private static final int PROGRESS = 1000;

	private static final Duration PATIENCE = Duration.ofMinutes(10);

	public static void main(String[] args) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(EventLoad.class)
			.web(WebApplicationType.NONE)
			.properties("spring.application.name=load", "spring.main.banner-mode=off", "cairn.sampling.rules[0].rate=1")
			.run(args)) {
			Plan plan = Binder.get(context.getEnvironment()).bindOrCreate("load", Plan.class);
			new EventLoad().run(context, plan);
		}
	}

	private void run(ConfigurableApplicationContext context, Plan plan) throws Exception {
		Cairn cairn = context.getBean(Cairn.class);
		KafkaTemplate<?, ?> template = plan.template() ? context.getBean(KafkaTemplate.class) : null;
		List<Producer> producers = new ArrayList<>();
		AtomicInteger progress = new AtomicInteger();
		for (int i = 0; i < plan.threads(); i++) {
			Producer producer = new Producer(plan, i, cairn, template, progress);
			producers.add(producer);
			producer.start();
		}
		System.out.println("publishing");
		for (Producer producer : producers) {
			producer.join();
		}
		Ledger.Balance published = cairn.ledger().balances().get("kafka");
		System.out.println("published " + published);
		if (plan.drain()) {
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (cairn.ledger().balances().get("kafka").held() > 0 && System.nanoTime() < deadline) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
			}
		}
		write(plan.out(), producers, cairn.ledger().balances().get("kafka"));
		System.out.println("done");
	}

	private static void write(Path out, List<Producer> producers, Ledger.@Nullable Balance balance) throws IOException {
		StringBuilder text = new StringBuilder();
		Histogram calls = new Histogram(LONGEST_NANOS, 3);
		Histogram nothing = new Histogram(LONGEST_NANOS, 3);
		for (Producer producer : producers) {
			calls.add(producer.calls);
			nothing.add(producer.nothing);
			Files.write(out.resolve("accepted-" + producer.number), producer.accepted.toByteArray());
		}
		text.append("calls ").append(describe(calls)).append('\n');
		text.append("nothing ").append(describe(nothing)).append('\n');
		if (balance != null) {
			text.append("delivered ").append(balance.delivered()).append('\n');
			text.append("held ").append(balance.held()).append('\n');
			text.append("truncated ").append(balance.truncated()).append('\n');
			balance.dropped()
				.forEach((reason, number) -> text.append("dropped.")
					.append(reason.wireName())
					.append(' ')
					.append(number)
					.append('\n'));
		}
		Files.writeString(out.resolve("report"), text);
	}

	private static String describe(Histogram histogram) {
		return "n=%d p50=%.1f p99=%.1f p99.9=%.1f p99.99=%.1f max=%.1f us".formatted(histogram.getTotalCount(),
				micros(histogram, 50), micros(histogram, 99), micros(histogram, 99.9), micros(histogram, 99.99),
				histogram.getMaxValue() / 1e3);
	}

	private static double micros(Histogram histogram, double percentile) {
		return histogram.getValueAtPercentile(percentile) / 1e3;
	}

	/**
	 * The events to publish.
	 *
	 * @param threads how many threads publish
	 * @param events how many events each of them publishes
	 * @param pace how many events a second all of them publish together
	 * @param acks whether to print each accepted one
	 * @param drain whether to wait until nothing is held
	 * @param template whether to send with a KafkaTemplate instead
	 * @param out folder for the results
	 */
	record Plan(int threads, int events, int pace, boolean acks, boolean drain, boolean template, Path out) {
	}

	/**
	 * One thread. Every other call does nothing, so that what the machine does to calls
	 * is known.
	 */
	private static final class Producer extends Thread {

		private final Plan plan;

		private final int number;

		private final Cairn cairn;

		private final @Nullable KafkaTemplate<?, ?> template;

		private final AtomicInteger progress;

		private final BitSet accepted = new BitSet();

		private final Histogram calls = new Histogram(LONGEST_NANOS, 3);

		private final Histogram nothing = new Histogram(LONGEST_NANOS, 3);

		Producer(Plan plan, int number, Cairn cairn, @Nullable KafkaTemplate<?, ?> template, AtomicInteger progress) {
			super("producer-" + number);
			this.plan = plan;
			this.number = number;
			this.cairn = cairn;
			this.template = template;
			this.progress = progress;
		}

		@Override
		public void run() {
			long start = System.nanoTime();
			double nanosPerEvent = 1e9 * this.plan.threads() / this.plan.pace();
			for (int seq = 0; seq < this.plan.events(); seq++) {
				long due = start + (long) (seq * nanosPerEvent);
				while (due - System.nanoTime() > 0) {
					LockSupport.parkNanos(Math.min(TimeUnit.MILLISECONDS.toNanos(1), due - System.nanoTime()));
				}
				measure(this.nothing, Cairn.noop(), null, seq);
				if (measure(this.calls, this.cairn, this.template, seq)) {
					this.accepted.set(seq);
					if (this.plan.acks()) {
						acknowledge(seq);
					}
				}
				int published = this.progress.incrementAndGet();
				if (published % PROGRESS == 0) {
					System.out.println("progress " + published);
				}
			}
		}

		private boolean measure(Histogram histogram, Cairn cairn, @Nullable KafkaTemplate<?, ?> template, int seq) {
			long before = System.nanoTime();
			boolean accepted = true;
			if (template != null) {
				send(template, seq);
			}
			else {
				Event event = cairn.event("load.placed").field("producer", this.number).field("seq", seq);
				accepted = event.publish() != null;
			}
			histogram.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - before));
			return accepted;
		}

		@SuppressWarnings("unchecked")
		private void send(KafkaTemplate<?, ?> template, int seq) {
			String json = "{\"type\":\"load.placed\",\"fields\":{\"producer\":" + this.number + ",\"seq\":" + seq
					+ "}}";
			((KafkaTemplate<Object, Object>) template).send("template-events", String.valueOf(this.number), json);
		}

		private void acknowledge(int seq) {
			try {
				System.out.write(("ack " + this.number + " " + seq + "\n").getBytes(StandardCharsets.US_ASCII));
				System.out.flush();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
