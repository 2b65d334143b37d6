package dev.cairn.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Chromium of this machine with one page, without a window. It is controlled by its
 * DevTools protocol, so that nothing has to be downloaded, and no driver has to have its
 * version. Tests check whether it is installed with {@link Prerequisites}.
 * <p>
 * Expressions are those of JavaScript in the page. Not thread-safe.
 */
public final class Browser implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private static final Duration POLL = Duration.ofMillis(50);

	private static final int END_SECONDS = 30;

	private static final int WIDTH = 1360;

	private static final int HEIGHT = 900;

	private static final int PHONE_WIDTH = 390;

	/** Without windows, sandbox (not available to root), updates and calls home. */
	private static final List<String> COMMAND = List.of("chromium", "--headless", "--no-sandbox", "--disable-gpu",
			"--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
			"--disable-default-apps", "--disable-extensions", "--disable-quic", "--disable-sync", "--no-first-run",
			"--no-proxy-server", "--mute-audio", "--password-store=basic", "--lang=en-US", "--accept-lang=en-US",
			"--remote-debugging-port=0");

	private static final JsonMapper JSON = new JsonMapper();

	private final List<String> problems = new CopyOnWriteArrayList<>();

	private final Path directory;

	private final Process process;

	private final Thread killOnExit;

	private final DevTools tools;

	private Browser(Path directory, Process process) {
		this.directory = directory;
		this.process = process;
		this.killOnExit = new Thread(() -> kill(process));
		Runtime.getRuntime().addShutdownHook(this.killOnExit);
		this.tools = new DevTools(page(directory, process), this::event);
		for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
			call(domain + ".enable", Map.of());
		}
		call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
		wide();
	}

	/**
	 * Starts the browser with the user agent of a person. By default, it has that of a
	 * robot.
	 * @return the browser, with an empty page
	 */
	public static Browser startAsPerson() {
		return start("--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36");
	}

	/**
	 * Starts the browser.
	 * @param options further options, such as the user agent
	 * @return the browser, with an empty page
	 */
	public static Browser start(String... options) {
		try {
			Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target").toAbsolutePath()),
					"chromium");
			List<String> command = new ArrayList<>(COMMAND);
			command.add("--user-data-dir=" + directory);
			command.addAll(List.of(options));
			command.add("about:blank");
			return new Browser(directory,
					new ProcessBuilder(command).redirectErrorStream(true)
						.redirectOutput(directory.resolve("output.log").toFile())
						.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the address of the page's socket, when the browser has written its port.
	 */
	private static URI page(Path directory, Process process) {
		Path active = directory.resolve("DevToolsActivePort");
		HttpClient http = HttpClient.newHttpClient();
		try {
			return Awaitility.await().atMost(LIMIT).pollInterval(POLL).ignoreExceptions().until(() -> {
				String port = Files.readAllLines(active).get(0);
				HttpRequest pages = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
					.build();
				return JSON.readTree(http.send(pages, HttpResponse.BodyHandlers.ofString()).body())
					.valueStream()
					.filter((target) -> target.path("type").asString().equals("page"))
					.map((target) -> URI.create(target.path("webSocketDebuggerUrl").asString()))
					.findFirst()
					.orElseThrow();
			}, (address) -> true);
		}
		catch (ConditionTimeoutException ex) {
			kill(process);
			throw new IllegalStateException("Chromium does not start, see " + directory, ex);
		}
	}

	/** Notes what a person with open developer tools would see. */
	private void event(String name, JsonNode event) {
		switch (name) {
			case "Runtime.exceptionThrown" -> this.problems.add("exception: " + event.path("exceptionDetails"));
			case "Runtime.consoleAPICalled" -> {
				if (!List.of("log", "info", "debug").contains(event.path("type").asString())) {
					this.problems.add("console: " + event.path("args"));
				}
			}
			case "Log.entryAdded" -> {
				JsonNode entry = event.path("entry");
				// The browser itself asks for the icon of a page that names none
				if (entry.path("level").asString().equals("error")
						&& !entry.path("url").asString("").endsWith("/favicon.ico")) {
					this.problems.add("log: " + entry.path("text") + " " + entry.path("url"));
				}
			}
			case "Page.javascriptDialogOpening" -> {
				this.problems.add("dialog: " + event.path("message"));
				this.tools.send("Page.handleJavaScriptDialog", Map.of("accept", false));
			}
			case "Inspector.targetCrashed" -> this.problems.add("The page has crashed");
			default -> {
			}
		}
	}

	/**
	 * Returns errors and warnings since the start: exceptions, those of the console such
	 * as refusals by the content security policy, and dialogs.
	 * @return a description of each of them
	 */
	public List<String> problems() {
		return this.problems;
	}

	/**
	 * Loads a page.
	 * @param url its address
	 */
	public void open(String url) {
		// Without another page between, an address with another fragment would load
		// nothing
		call("Page.navigate", Map.of("url", "about:blank"));
		JsonNode result = call("Page.navigate", Map.of("url", url));
		if (result.has("errorText")) {
			throw new IllegalStateException(url + ": " + result.path("errorText").asString());
		}
	}

	/**
	 * Sends headers with each request of the page.
	 * @param headers all headers in addition to those of the browser
	 */
	public void headers(Map<String, String> headers) {
		call("Network.setExtraHTTPHeaders", Map.of("headers", headers));
	}

	/**
	 * Runs a script in each page that is opened, before its own scripts.
	 * @param script the script
	 */
	public void beforeEachPage(String script) {
		call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
	}

	/**
	 * Takes the network away from the page, or gives it back.
	 * @param offline whether requests fail
	 */
	public void offline(boolean offline) {
		call("Network.emulateNetworkConditions",
				Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
	}

	/** Gives the page the size of a screen. */
	public void wide() {
		size(WIDTH, HEIGHT, false);
	}

	/** Gives the page the size of a phone. */
	public void phone() {
		size(PHONE_WIDTH, HEIGHT, true);
	}

	private void size(int width, int height, boolean mobile) {
		call("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
	}

	/**
	 * Lets the system prefer a color scheme.
	 * @param scheme {@code light} or {@code dark}
	 */
	public void colors(String scheme) {
		media("prefers-color-scheme", scheme);
	}

	/**
	 * Lets the system replace the colors of pages, as it does for high contrast.
	 * @param forced whether it does
	 */
	public void forcedColors(boolean forced) {
		media("forced-colors", forced ? "active" : "none");
	}

	private void media(String feature, String value) {
		call("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
	}

	/**
	 * Evaluates an expression. Waits for the result of a promise.
	 * @param expression the expression
	 * @return its value
	 * @throws IllegalStateException if it fails
	 */
	public JsonNode evaluate(String expression) {
		JsonNode answer = call("Runtime.evaluate",
				Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
		if (answer.has("exceptionDetails")) {
			throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
		}
		return answer.path("result").path("value");
	}

	/**
	 * Waits until a condition is met.
	 * @param condition an expression, which may also fail until then
	 * @throws AssertionError if it is not met within minutes, with the text of the page
	 */
	public void await(String condition) {
		try {
			Awaitility.await()
				.atMost(LIMIT)
				.pollInterval(POLL)
				.pollInSameThread()
				.ignoreException(IllegalStateException.class)
				.until(() -> evaluate("Boolean(" + condition + ")").asBoolean());
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError(condition + " is not met at " + evaluate("location.href") + "\n"
					+ evaluate("document.body.innerText").asString() + "\n" + this.problems, ex);
		}
	}

	/**
	 * Returns the texts of elements, each on one line.
	 * @param selector the selector of the elements
	 * @return the texts, in the order of the elements
	 */
	public List<String> texts(String selector) {
		return evaluate("Array.from(document.querySelectorAll(" + quoted(selector)
				+ "), (each) => each.textContent.replace(/\\s+/g, ' ').trim())")
			.valueStream()
			.map(JsonNode::asString)
			.toList();
	}

	/**
	 * Clicks on the first element with the mouse, as soon as it is there and enabled.
	 * @param selector the selector of the element
	 */
	public void click(String selector) {
		mouse("mousePressed", selector, Map.of("button", "left", "clickCount", 1));
		mouse("mouseReleased", selector, Map.of("button", "left", "clickCount", 1));
	}

	/**
	 * Moves the mouse over the first element, as soon as it is there and enabled.
	 * @param selector the selector of the element
	 */
	public void hover(String selector) {
		mouse("mouseMoved", selector, Map.of());
	}

	private void mouse(String type, String selector, Map<String, ?> more) {
		String found = "document.querySelector(" + quoted(selector) + ")";
		await(found + " && !" + found + ".disabled");
		JsonNode at = evaluate("(() => { const element = " + found
				+ "; element.scrollIntoView({ block: 'center' }); const { x, y, width, height } ="
				+ " element.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()");
		Map<String, Object> event = new HashMap<>(more);
		event.put("type", type);
		event.put("x", at.path("x").asDouble());
		event.put("y", at.path("y").asDouble());
		call("Input.dispatchMouseEvent", event);
	}

	/**
	 * Replaces the text of a field.
	 * @param selector the selector of the field
	 * @param text the text
	 */
	public void fill(String selector, String text) {
		evaluate("(() => { const field = document.querySelector(" + quoted(selector)
				+ "); field.focus(); field.select(); })()");
		call("Input.insertText", Map.of("text", text));
	}

	/**
	 * Presses a key.
	 * @param key the key
	 */
	public void press(Key key) {
		call("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key.name, "code", key.name,
				"windowsVirtualKeyCode", key.code, "text", key.text));
		call("Input.dispatchKeyEvent",
				Map.of("type", "keyUp", "key", key.name, "code", key.name, "windowsVirtualKeyCode", key.code));
	}

	/**
	 * Returns what the page holds, after its garbage was collected.
	 * @return the memory
	 */
	public Memory memory() {
		// Finalizers of the first collection release more
		call("HeapProfiler.collectGarbage", Map.of());
		call("HeapProfiler.collectGarbage", Map.of());
		JsonNode counters = call("Memory.getDOMCounters", Map.of());
		return new Memory(call("Runtime.getHeapUsage", Map.of()).path("usedSize").asLong(),
				counters.path("nodes").asLong(), counters.path("jsEventListeners").asLong());
	}

	private JsonNode call(String method, Map<String, ?> parameters) {
		return this.tools.call(method, parameters);
	}

	/**
	 * Returns a text as a literal of JavaScript.
	 * @param text the text
	 * @return the literal
	 */
	public static String quoted(String text) {
		return JSON.writeValueAsString(text);
	}

	@Override
	public void close() {
		CompletableFuture<JsonNode> closed = this.tools.send("Browser.close", Map.of());
		try {
			if (!this.process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
				kill(this.process);
				this.process.waitFor();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		closed.cancel(true);
		Runtime.getRuntime().removeShutdownHook(this.killOnExit);
		delete(this.directory);
	}

	private static void kill(Process process) {
		process.descendants().forEach(ProcessHandle::destroyForcibly);
		process.destroyForcibly();
	}

	/** Files that are left are deleted with the other results of the build. */
	private static void delete(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | UncheckedIOException ex) {
			// Processes of the browser may still write
		}
	}

	/** Keys. */
	public enum Key {

		/** Moves the focus to the next element. */
		TAB("Tab", 9, ""),

		/** Activates the element with the focus. */
		ENTER("Enter", 13, "\r");

		private final String name;

		private final int code;

		private final String text;

		Key(String name, int code, String text) {
			this.name = name;
			this.code = code;
			this.text = text;
		}

	}

	/**
	 * The memory of a page.
	 *
	 * @param heapBytes the objects of its scripts
	 * @param nodes the nodes of its documents
	 * @param listeners the listeners of events
	 */
	public record Memory(long heapBytes, long nodes, long listeners) {
	}

}
