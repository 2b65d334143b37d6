import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Replaces StatsD and Sentry for whole-process.sh, in a separate process. Each UDP
 * port is counted separately. Envelopes are counted by project.
 *
 * <pre>
 * java Sinks.java HTTP_PORT UDP_PORT...
 * GET /statsd/UDP_PORT    packets, lines, the sum of shop.visits, samples of shop.price
 * GET /sentry/PROJECT     envelopes
 * </pre>
 */
class Sinks {

	private static final byte[] VISITS = "shop.visits:".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] PRICE = "shop.price:".getBytes(StandardCharsets.US_ASCII);

	private static final Map<String, Statsd> STATSD = new ConcurrentHashMap<>();

	private static final Map<String, LongAdder> ENVELOPES = new ConcurrentHashMap<>();

	public static void main(String[] args) throws IOException {
		System.setProperty("sun.net.httpserver.nodelay", "true");
		InetAddress loopback = InetAddress.getByName("127.0.0.1");
		for (int i = 1; i < args.length; i++) {
			Statsd statsd = new Statsd(new InetSocketAddress(loopback, Integer.parseInt(args[i])));
			STATSD.put(args[i], statsd);
			new Thread(statsd, "statsd-" + args[i]).start();
		}
		HttpServer http = HttpServer.create(new InetSocketAddress(loopback, Integer.parseInt(args[0])), 100);
		http.createContext("/statsd/", (exchange) -> answer(exchange, String.valueOf(STATSD.get(last(exchange)))));
		http.createContext("/sentry/",
				(exchange) -> answer(exchange, String.valueOf(envelopes(last(exchange)).sum())));
		http.createContext("/api/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			envelopes(exchange.getRequestURI().getPath().split("/")[2]).increment();
			answer(exchange, "{}");
		});
		http.setExecutor(Executors.newFixedThreadPool(2));
		http.start();
	}

	private static String last(HttpExchange exchange) {
		String path = exchange.getRequestURI().getPath();
		return path.substring(path.lastIndexOf('/') + 1);
	}

	private static LongAdder envelopes(String project) {
		return ENVELOPES.computeIfAbsent(project, (name) -> new LongAdder());
	}

	private static void answer(HttpExchange exchange, String text) throws IOException {
		byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
		try (exchange) {
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	private static final class Statsd implements Runnable {

		private final DatagramChannel channel;

		private volatile long packets;

		private volatile long lines;

		private volatile double visits;

		private volatile long prices;

		Statsd(InetSocketAddress address) throws IOException {
			this.channel = DatagramChannel.open();
			this.channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
			this.channel.bind(address);
		}

		@Override
		public void run() {
			byte[] bytes = new byte[1 << 16];
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			try {
				while (true) {
					buffer.clear();
					this.channel.receive(buffer);
					this.packets++;
					take(bytes, buffer.position());
				}
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private void take(byte[] bytes, int length) {
			int start = 0;
			while (start < length) {
				int end = start;
				while (end < length && bytes[end] != '\n') {
					end++;
				}
				if (end > start) {
					this.lines++;
					if (startsWith(bytes, start, end, VISITS)) {
						this.visits += value(bytes, start + VISITS.length, end);
					}
					else if (startsWith(bytes, start, end, PRICE)) {
						this.prices++;
					}
				}
				start = end + 1;
			}
		}

		private static boolean startsWith(byte[] bytes, int start, int end, byte[] name) {
			if (end - start < name.length) {
				return false;
			}
			for (int i = 0; i < name.length; i++) {
				if (bytes[start + i] != name[i]) {
					return false;
				}
			}
			return true;
		}

		private static double value(byte[] bytes, int start, int end) {
			int stop = start;
			while (stop < end && bytes[stop] != '|') {
				stop++;
			}
			return Double.parseDouble(new String(bytes, start, stop - start, StandardCharsets.US_ASCII));
		}

		@Override
		public String toString() {
			return this.packets + " " + this.lines + " " + Math.round(this.visits) + " " + this.prices;
		}

	}

}
