package dev.cairn.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.sun.management.ThreadMXBean;
import com.timgroup.statsd.NonBlockingStatsDClientBuilder;
import com.timgroup.statsd.StatsDClient;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The cost of counting and timing at a rate, and the share of it that reaches a server in
 * a process of its own over a real UDP socket: <pre>
 * java -cp benchmarks.jar dev.cairn.benchmarks.StatsdHarness counter|timer [calls/s, 0 for a flood] [seconds] [threads] [contender...]
 * </pre> A burst of the calls that are due is made every half millisecond; what is
 * measured is the processor time of a call, and the longest burst.
 */
public final class StatsdHarness {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long TICK = TimeUnit.MICROSECONDS.toNanos(500);

	private static final long STALL = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int FLOOD_BURST = 1000;

	private static final int WARM_UP_SECONDS = 3;

	private static final int PATIENCE_SECONDS = 20;

	private static final String HEAD = "contender         calls   ns CPU  ns wall  B/call  bursts>1ms  of own CPU   max ms"
			+ "   received       lost    reported as lost";

	private StatsdHarness() {
	}

	/**
	 * Run the contenders, and print a table.
	 * @param args what to measure, rate, seconds, threads, contenders
	 * @throws Exception when a server cannot be started
	 */
	public static void main(String[] args) throws Exception {
		boolean timer = "timer".equals(args[0]);
		int rate = (args.length > 1) ? Integer.parseInt(args[1]) : 200_000;
		int seconds = (args.length > 2) ? Integer.parseInt(args[2]) : 5;
		int threads = (args.length > 3) ? Integer.parseInt(args[3]) : 1;
		List<Contender> contenders = new ArrayList<>();
		for (int i = 4; i < args.length; i++) {
			contenders.add(Contender.valueOf(args[i]));
		}
		System.out.printf("%s, %s, %d s, %d threads, JDK %s%n%s%n", args[0], (rate > 0) ? rate + " calls/s" : "flooded",
				seconds, threads, Runtime.version(), HEAD);
		for (Contender contender : contenders.isEmpty() ? List.of(Contender.values()) : contenders) {
			run(contender, timer, rate, seconds, threads);
		}
	}

	private static void run(Contender contender, boolean timer, int rate, int seconds, int threads) throws Exception {
		Process server = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-Xmx256m", "-cp",
				System.getProperty("java.class.path"), StatsdTally.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII))) {
			int port = Integer.parseInt(output.readLine());
			Road road = contender.open(port, timer);
			Callers warmUp = new Callers(road.call(), rate, WARM_UP_SECONDS, threads);
			warmUp.run();
			Callers callers = new Callers(road.call(), rate, seconds, threads);
			callers.run();
			road.close();
			long made = warmUp.calls() + callers.calls();
			long received = received(port, timer, made);
			System.out.println(callers.row(contender.name(), received, made - received, road.lost()));
		}
		finally {
			server.destroyForcibly().waitFor();
		}
	}

	/** Return how much has arrived, once nothing more does. */
	private static long received(int port, boolean timer, long made) throws IOException {
		try (DatagramSocket socket = new DatagramSocket()) {
			socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
			long last = -1;
			while (true) {
				socket.send(new DatagramPacket(new byte[] { '?' }, 1, InetAddress.getLoopbackAddress(), port));
				DatagramPacket answer = new DatagramPacket(new byte[64], 64);
				socket.receive(answer);
				String[] sums = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII)
					.split(" ");
				long now = Long.parseLong(sums[timer ? 1 : 0]);
				if (now == made || now == last) {
					return now;
				}
				last = now;
				LockSupport.parkNanos(SECOND);
			}
		}
	}

	/**
	 * Threads that call at a rate.
	 */
	private static final class Callers {

		private final Runnable call;

		private final int rate;

		private final int seconds;

		private final Thread[] threads;

		private long calls;

		private long cpu;

		private long wall;

		private long allocated;

		private long stalls;

		private long ownStalls;

		private long longest;

		Callers(Runnable call, int rate, int seconds, int threads) {
			this.call = call;
			this.rate = rate / threads;
			this.seconds = seconds;
			this.threads = new Thread[threads];
		}

		void run() throws InterruptedException {
			for (int i = 0; i < this.threads.length; i++) {
				this.threads[i] = new Thread(this::work, "caller-" + i);
				this.threads[i].start();
			}
			for (Thread thread : this.threads) {
				thread.join();
			}
		}

		private void work() {
			long done = 0;
			long cpuTime = 0;
			long wallTime = 0;
			long most = 0;
			long slow = 0;
			long ownSlow = 0;
			long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
			long start = System.nanoTime();
			long total = (long) this.rate * this.seconds;
			BooleanSupplier more = (this.rate > 0) ? null : () -> System.nanoTime() - start < this.seconds * SECOND;
			while ((more != null) ? more.getAsBoolean() : done < total) {
				long due = (more != null) ? done + FLOOD_BURST
						: Math.min(total, (System.nanoTime() - start) * this.rate / SECOND);
				long cpuBefore = THREADS.getCurrentThreadCpuTime();
				long before = System.nanoTime();
				while (done < due) {
					this.call.run();
					done++;
				}
				long took = System.nanoTime() - before;
				long tookCpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
				cpuTime += tookCpu;
				wallTime += took;
				most = Math.max(most, took);
				slow += (took > STALL) ? 1 : 0;
				ownSlow += (tookCpu > STALL) ? 1 : 0;
				if (more == null) {
					LockSupport.parkNanos(TICK);
				}
			}
			add(done, cpuTime, wallTime, THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore, slow, ownSlow,
					most);
		}

		private synchronized void add(long done, long cpuTime, long wallTime, long bytes, long slow, long ownSlow,
				long most) {
			this.calls += done;
			this.cpu += cpuTime;
			this.wall += wallTime;
			this.allocated += bytes;
			this.stalls += slow;
			this.ownStalls += ownSlow;
			this.longest = Math.max(this.longest, most);
		}

		long calls() {
			return this.calls;
		}

		String row(String name, long received, long lost, String reported) {
			return "%-12s %10d %8.1f %8.1f %7.1f %11d %11d %8.1f %10d %10d %s".formatted(name, this.calls,
					this.cpu / (double) this.calls, this.wall / (double) this.calls,
					this.allocated / (double) this.calls, this.stalls, this.ownStalls, this.longest / 1e6, received,
					lost, reported);
		}

	}

	/**
	 * A way to the server.
	 */
	private interface Road extends AutoCloseable {

		Runnable call();

		/** Returns its own report of lost samples. */
		String lost();

		@Override
		void close();

	}

	/**
	 * Who brings it to the server.
	 */
	public enum Contender {

		/** No contender: the cost of measuring. */
		NONE {

			@Override
			Road open(int port, boolean timer) {
				return new Road() {

					@Override
					public Runnable call() {
						return () -> {
						};
					}

					@Override
					public String lost() {
						return "";
					}

					@Override
					public void close() {
						// There is nothing to close
					}

				};
			}

		},

		/** Cairn's registry, a line for each sample as Micrometer's. */
		CAIRN {

			@Override
			Road open(int port, boolean timer) {
				return cairn(port, timer, StatsdRegistry.Options.DEFAULT);
			}

		},

		/** Cairn's registry, several samples in a line as Datadog's servers read them. */
		CAIRN_PACKED {

			@Override
			Road open(int port, boolean timer) {
				StatsdRegistry.Options defaults = StatsdRegistry.Options.DEFAULT;
				return cairn(port, timer, new StatsdRegistry.Options(defaults.flushInterval(), defaults.samples(), true,
						defaults.closeTimeout()));
			}

		},

		/** Micrometer's registry. */
		MICROMETER {

			@Override
			Road open(int port, boolean timer) {
				return new Meters(new StatsdMeterRegistry(config(port), Clock.SYSTEM), timer);
			}

		},

		/** Datadog's client, which adds counters up. */
		DOGSTATSD {

			@Override
			Road open(int port, boolean timer) {
				StatsDClient client = new NonBlockingStatsDClientBuilder()
					.hostname(InetAddress.getLoopbackAddress().getHostAddress())
					.port(port)
					.enableTelemetry(false)
					.originDetectionEnabled(false)
					.build();
				Runnable call = timer ? () -> client.recordExecutionTime("times", 7, "country:de")
						: () -> client.incrementCounter("orders", "country:de");
				return new Road() {

					@Override
					public Runnable call() {
						return call;
					}

					@Override
					public String lost() {
						return "?";
					}

					@Override
					public void close() {
						client.close();
					}

				};
			}

		};

		abstract Road open(int port, boolean timer);

		private static Road cairn(int port, boolean timer, StatsdRegistry.Options options) {
			Channel account = new Accounts().channel("statsd");
			StatsdConfig config = config(port);
			StatsdRegistry registry = new StatsdRegistry(config, Clock.SYSTEM, HierarchicalNameMapper.DEFAULT, options,
					MeterSampling.keepAll(), account, Transport.udp(config.host(), port));
			registry.start();
			return new Meters(registry, timer) {

				@Override
				public String lost() {
					return account.balance().dropped().toString();
				}

			};
		}

		private static StatsdConfig config(int port) {
			return new StatsdConfig() {

				@Override
				public @Nullable String get(String key) {
					return null;
				}

				@Override
				public StatsdFlavor flavor() {
					return StatsdFlavor.DATADOG;
				}

				@Override
				public String host() {
					return InetAddress.getLoopbackAddress().getHostAddress();
				}

				@Override
				public int port() {
					return port;
				}

			};
		}

	}

	/**
	 * Meters of Micrometer's.
	 */
	private static class Meters implements Road {

		private final MeterRegistry registry;

		private final Runnable call;

		Meters(MeterRegistry registry, boolean timer) {
			this.registry = registry;
			Counter counter = registry.counter("orders", "country", "de");
			Timer times = registry.timer("times", "country", "de");
			this.call = timer ? () -> times.record(7, TimeUnit.MILLISECONDS) : counter::increment;
			// Micrometer loses what comes before it is connected
			LockSupport.parkNanos(SECOND);
		}

		@Override
		public Runnable call() {
			return this.call;
		}

		@Override
		public String lost() {
			return "?";
		}

		@Override
		public void close() {
			this.registry.close();
		}

	}

}
