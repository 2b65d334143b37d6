import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads what open consoles read: each receives the live figures, and each second one reads
 * the feed of requests anew. Runs until it is ended, or for some seconds.
 */
public class ConsoleReaders {

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static final LongAdder EVENTS = new LongAdder();

	private static final LongAdder FEEDS = new LongAdder();

	/**
	 * Reads.
	 * @param args the address of the console, the number of consoles, and of seconds
	 */
	public static void main(String[] args) throws Exception {
		int consoles = Integer.parseInt(args[1]);
		for (int i = 0; i < consoles; i++) {
			boolean feed = i % 2 == 1;
			Thread thread = new Thread(() -> watch(args[0], feed));
			thread.setDaemon(true);
			thread.start();
		}
		Thread.sleep(Long.parseLong(args[2]) * 1000);
		System.out.println(EVENTS.sum() + " events and " + FEEDS.sum() + " feeds read by " + consoles + " consoles");
	}

	private static void watch(String console, boolean feed) {
		try {
			body(console + "/api/live").readAllBytes();
			String newest = null;
			Scanner lines = new Scanner(body(console + "/api/stream"), StandardCharsets.UTF_8);
			while (lines.hasNextLine()) {
				if (!lines.nextLine().startsWith("data:")) {
					continue;
				}
				EVENTS.increment();
				if (feed) {
					String after = (newest != null) ? "&after=" + newest : "";
					String requests = new String(body(console + "/api/requests?limit=100" + after).readAllBytes(),
							StandardCharsets.UTF_8);
					FEEDS.increment();
					newest = firstId(requests, newest);
				}
			}
		}
		catch (Exception ex) {
			System.err.println("A console cannot read: " + ex);
			System.exit(1);
		}
	}

	private static String firstId(String requests, String otherwise) {
		int start = requests.indexOf("\"id\":\"");
		return (start >= 0) ? requests.substring(start + 6, requests.indexOf('"', start + 6)) : otherwise;
	}

	private static InputStream body(String address) throws Exception {
		HttpResponse<InputStream> response = CLIENT.send(HttpRequest.newBuilder(URI.create(address)).build(),
				HttpResponse.BodyHandlers.ofInputStream());
		if (response.statusCode() != 200) {
			throw new IllegalStateException(response.statusCode() + " for " + address);
		}
		return response.body();
	}

}
