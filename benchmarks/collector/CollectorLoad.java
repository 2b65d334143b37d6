import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends messages to a collector from several threads, each with one request after the
 * other, at a rate or as fast as it answers. Prints what was sent and accepted.
 */
public class CollectorLoad {

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static final LongAdder SENT = new LongAdder();

	private static final LongAdder ACCEPTED = new LongAdder();

	private static final LongAdder FAILED = new LongAdder();

	/**
	 * Sends.
	 * @param args the address, the number of threads, of messages in a request, of
	 * messages a second (0 for as many as possible), and of seconds
	 */
	public static void main(String[] args) throws InterruptedException {
		URI address = URI.create(args[0]);
		int threads = Integer.parseInt(args[1]);
		int batch = Integer.parseInt(args[2]);
		long rate = Long.parseLong(args[3]);
		long seconds = Long.parseLong(args[4]);
		String message = "{\"type\":\"order.placed\",\"service\":\"load\",\"fields\":{\"order_id\":4711,\"total\":78.5,"
				+ "\"city\":\"Berlin\",\"items\":[{\"sku\":\"a-1\",\"count\":2}]}}";
		String body = (batch == 1) ? message : "[" + (message + ",").repeat(batch - 1) + message + "]";
		HttpRequest request = HttpRequest.newBuilder(address)
			.timeout(Duration.ofSeconds(30))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		long begin = System.nanoTime();
		long end = begin + seconds * 1_000_000_000;
		long pause = (rate > 0) ? 1_000_000_000L * batch * threads / rate : 0;
		Thread[] all = new Thread[threads];
		for (int i = 0; i < threads; i++) {
			all[i] = new Thread(() -> send(request, batch, pause, end));
			all[i].start();
		}
		for (Thread each : all) {
			each.join();
		}
		double took = (System.nanoTime() - begin) / 1e9;
		System.out.printf("%d messages in %.1f s: %.0f/s sent, %.0f/s accepted, %d sent but not accepted, %d failed requests%n",
				SENT.sum(), took, SENT.sum() / took, ACCEPTED.sum() / took, SENT.sum() - ACCEPTED.sum(), FAILED.sum());
	}

	private static void send(HttpRequest request, int batch, long pause, long end) {
		for (long next = System.nanoTime(); System.nanoTime() < end; next += pause) {
			long wait = next - System.nanoTime();
			if (wait > 0) {
				java.util.concurrent.locks.LockSupport.parkNanos(wait);
			}
			SENT.add(batch);
			try {
				HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
				String accepted = response.body().replaceFirst("(?s).*\"accepted\":(\\d+).*", "$1");
				ACCEPTED.add(accepted.matches("\\d+") ? Long.parseLong(accepted) : 0);
			}
			catch (Exception ex) {
				FAILED.increment();
			}
		}
	}

}
