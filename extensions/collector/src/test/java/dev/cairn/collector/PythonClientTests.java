package dev.cairn.collector;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.cairn.Message;
import dev.cairn.testing.Prerequisites;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code cairn.py} with the collector, and with a collector in trouble.
 */
class PythonClientTests extends ModuleClientContract {

	private static final String BEGIN = """
			import json, logging, os, sys, threading, time
			import cairn
			def wait(condition):
			    end = time.monotonic() + 30
			    while not condition():
			        if time.monotonic() > end: sys.exit("in vain: %s" % client.stats())
			        time.sleep(0.01)
			""";

	private static final String KEY = "s3cret";

	PythonClientTests() {
		super("python3", "program.py", BEGIN);
	}

	@BeforeAll
	static void startCollector() {
		assumeTrue(Prerequisites.met("the tests of the client for Python",
				"src/backends/backends.sh install clients, as root", "python3"));
		start(KEY);
	}

	@Override
	Map<String, String> environment() {
		return Map.of("CAIRN_KEY", KEY, "PYTHONPATH", Program.client("python").toString(), "PYTHONDONTWRITEBYTECODE",
				"1", "PYTHONIOENCODING", "utf-8");
	}

	@Test
	void fieldsArriveAsTheyAre() {
		Program.Result result = run(
				"""
						client = cairn.Client(service="till")
						class Money:
						    def __str__(self): return "78.00 EUR"
						class Broken:
						    def __str__(self): raise RuntimeError()
						circle = {}; circle["self"] = circle
						print(client.event("order.placed", {"text": "q\\" \\\\ \\x01 \\n ü € \\U0001F389 \\ud800", "order_id": 7, "total": 78.5,
						    "paid": True, "gift": None, "lines": [{"sku": "a"}, (1, 2)], "money": Money(), "broken": Broken(),
						    "nan": float("nan"), "big": 10 ** 30, "circle": circle, 3: {4}}, severity=4, category="behaviour",
						    payload="text", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
						bound = client.bind(tenant="acme", traceparent="nonsense").bind(shop=1)
						bound.event("order.paid", {"shop": 2})
						""");
		assertThat(result.code()).as(result.err()).isZero();
		assertThat(application.messages()).hasSize(2);
		Message message = application.messages().get(0);
		assertThat(message.id()).isEqualTo(result.out().strip());
		assertThat(message.fields()).containsEntry("text", "q\" \\ \u0001 \n ü € \uD83C\uDF89 \ufffd")
			.containsEntry("paid", true)
			.containsEntry("gift", null)
			.containsEntry("money", "78.00 EUR")
			.containsEntry("broken", "[unprintable Broken]")
			.containsEntry("nan", "nan")
			.containsEntry("big", "1000000000000000000000000000000");
		assertThat(message.fields().get("lines")).hasToString("[{sku=a}, [1, 2]]");
		assertThat(message.fields().get("circle")).hasToString("{self=[circular]}");
		assertThat(message.fields().get("3")).hasToString("[4]");
		assertThat(message.severity().code()).isEqualTo(4);
		assertThat(message.category()).hasToString("BEHAVIOUR");
		assertThat(message.payload()).isEqualTo("text");
		assertThat(message.origin().service()).isEqualTo("till");
		assertThat(message.trace()).isNotNull();
		assertThat(application.messages().get(1).fields()).containsEntry("tenant", "acme")
			.hasEntrySatisfying("shop", (shop) -> assertThat(shop).hasToString("2"));
	}

	@Test
	void onlyProgrammingErrorsAreRaised() {
		assertThat(run("""
				client = cairn.Client()
				def raised(*arguments, **options):
				    try: client.event(*arguments, **options)
				    except (ValueError, TypeError) as error: print(error)
				    else: print("none")
				raised(""); raised("a b"); raised(None); raised("log"); raised("a", [1]); raised("a", severity=8)
				raised("a", category="x"); raised("a", id="x"); raised("a", timestamp="now")
				try: cairn.Client("localhost:8080")
				except ValueError as error: print(error)
				try: cairn.Client(key="a\\r\\nb")
				except ValueError as error: print(error)
				print(client.stats()["offered"])
				""").out()).doesNotContain("none")
			.contains("severity is 8, and has to be a number from 0 to 7", "url is 'localhost:8080'")
			.endsWith("0\n");
	}

	@Test
	void manyMessagesAreSentInCompressedBatches() {
		Program.Result result = runTroubled(
				"""
						client = cairn.Client()
						threads = [threading.Thread(target=lambda: [client.event("many", {"n": n}) for n in range(500)]) for _ in range(8)]
						[each.start() for each in threads]; [each.join() for each in threads]
						print(client.flush(20), client.stats()["accepted"])
						""");
		assertThat(result).isEqualTo(new Program.Result(0, "True 4000\n", ""));
		assertThat(this.troubled.stored()).hasSize(4000);
		assertThat(this.troubled.requests()).hasSizeLessThan(200)
			.anyMatch((headers) -> "gzip".equals(headers.getFirst("Content-Encoding")))
			.allMatch((headers) -> "Bearer s3cret".equals(headers.getFirst("Authorization"))
					&& headers.containsKey("X-Cairn-Sent-At"));
	}

	@Test
	void theCollectorAcceptsManyMessages() {
		assertThat(run("""
				client = cairn.Client()
				for n in range(1000): client.event("many", {"n": n})
				client.close()
				print(json.dumps(client.stats()))
				""").out()).contains("\"accepted\": 1000, \"refused\": 0, \"dropped\": {}, \"held\": 0");
		assertThat(application.messages()).hasSize(1000);
	}

	@Test
	void nothingIsLostOrDoubledWhileTheCollectorIsDown() {
		this.troubled.down();
		Program.Running running = startTroubled("""
				client = cairn.Client()
				for n in range(250): client.event("down", {"n": n})
				wait(lambda: client.stats()["retries"] > 0)
				print("away", flush=True)
				wait(lambda: client.stats()["accepted"] == 250)
				print(client.stats()["held"], client.stats()["dropped"])
				""");
		awaitOutput(running, "away");
		this.troubled.up();
		Program.Result result = running.await();
		assertThat(result.out()).isEqualTo("away\n0 {}\n");
		assertThat(result.err()).contains("is away").containsOnlyOnce("Messages are held");
		assertThat(this.troubled.messages().stream().map((message) -> message.at("/fields/n").asInt()))
			.containsExactlyElementsOf(IntStream.range(0, 250).boxed().toList());
	}

	@Test
	void aLostAnswerDoesNotDoubleTheMessage() {
		this.troubled.loseAnswers(true);
		Program.Running running = startTroubled("""
				client = cairn.Client()
				client.event("once")
				wait(lambda: client.stats()["retries"] > 0)
				print("away", flush=True)
				wait(lambda: client.stats()["accepted"] == 1)
				""");
		awaitOutput(running, "away");
		this.troubled.loseAnswers(false);
		assertThat(running.await().code()).isZero();
		assertThat(this.troubled.messages()).hasSizeGreaterThan(1);
		assertThat(this.troubled.stored()).hasSize(1);
	}

	@Test
	void retryAfterIsRespected() {
		for (int status : new int[] { 429, 503 }) {
			int before = this.troubled.requests().size();
			this.troubled.status(status, "2");
			Program.Running running = startTroubled("""
					client = cairn.Client()
					begin = time.monotonic()
					client.event("later")
					wait(lambda: client.stats()["retries"] == 1)
					print("away", flush=True)
					wait(lambda: client.stats()["accepted"] == 1)
					print(time.monotonic() - begin >= 2)
					""");
			awaitOutput(running, "away");
			this.troubled.status(202, "");
			assertThat(running.await().out()).isEqualTo("away\nTrue\n");
			assertThat(this.troubled.requests()).hasSize(before + 2);
		}
	}

	@Test
	void refusedMessagesAreCountedAndNotSentAgain() {
		this.troubled.status(400, "");
		Program.Result result = runTroubled("""
				client = cairn.Client()
				client.event("bad"); client.event("bad")
				print(client.flush(), client.stats()["refused"], client.stats()["held"])
				""");
		assertThat(result.out()).isEqualTo("True 2 0\n");
		assertThat(result.err()).contains("refused 2 of 2 messages with 400: for a test");
		assertThat(this.troubled.requests()).hasSize(1);
	}

	@Test
	void theReasonOfARefusalIsLogged() {
		Program.Result result = run("""
				client = cairn.Client()
				client.event("good")
				client.event("bad", logger="x" * 300)
				client.flush()
				print(client.stats()["accepted"], client.stats()["refused"])
				""");
		assertThat(result.out()).isEqualTo("1 1\n");
		assertThat(result.err()).contains("refused 1 of 2 messages with 202: must have at most 200 characters");
	}

	@Test
	void aSlowCollectorDoesNotHoldTheCallerOrTheEnd() {
		this.troubled.hang();
		Program.Result result = runTroubled("""
				client = cairn.Client(max_messages=100, batch=10, exit_timeout=0.5)
				begin = time.monotonic()
				ids = [client.event("slow", {"n": n}) for n in range(1000)]
				print(time.monotonic() - begin < 5, sum(each is not None for each in ids))
				client.close()
				print(time.monotonic() - begin < 20, json.dumps(client.stats()), client.event("late"))
				""");
		assertThat(result.out()).startsWith("True 100\nTrue")
			.contains("\"offered\": 1000, \"accepted\": 0, \"refused\": 0,", "\"queue_full\": 900", "\"closed\": 100",
					"\"held\": 0")
			.endsWith("None\n");
		assertThat(result.err()).contains("100 messages were not sent");
	}

	@Test
	void tooLargeMessagesAndBytesAreCounted() {
		this.troubled.hang();
		assertThat(runTroubled(
				"""
						client = cairn.Client(max_bytes=200000, exit_timeout=0.1)
						print(client.event("large", {"text": "x" * 300000}), client.event("large", {"text": "x" * 150000}) is not None,
						    client.event("large", {"text": "x" * 150000}))
						print(client.stats()["dropped"])
						""")
			.out()).isEqualTo("None True None\n{'too_large': 1, 'queue_full': 1}\n");
	}

	@Test
	void theEndOfTheProgramSendsWhatIsHeld() {
		assertThat(runTroubled("""
				client = cairn.Client(interval=30)
				for n in range(150): client.event("end")
				""").code()).isZero();
		assertThat(this.troubled.stored()).hasSize(150);
	}

	@Test
	void processesOfAForkSendTheirOwnMessagesOnce() {
		Program.Result result = runTroubled("""
				import multiprocessing
				client = cairn.Client(interval=30)
				client.event("parent", {"n": 1})
				children = []
				for n in range(3):
				    child = os.fork()
				    if child == 0:
				        client.event("child", {"n": n})
				        sys.exit(client.stats()["offered"] - 1)
				    children.append(child)
				print([os.waitpid(child, 0)[1] for child in children])
				def work(n): client.event("child", {"n": n})
				pool = [multiprocessing.get_context("fork").Process(target=work, args=(n,)) for n in range(3, 6)]
				[each.start() for each in pool]; [each.join() for each in pool]
				client.event("parent", {"n": 2})
				""");
		assertThat(result.out()).as(result.err()).isEqualTo("[0, 0, 0]\n");
		assertThat(this.troubled.messages()
			.stream()
			.map((message) -> message.path("type").asString() + message.at("/fields/n"))).containsExactlyInAnyOrder(
					"parent1", "parent2", "child0", "child1", "child2", "child3", "child4", "child5");
		assertThat(this.troubled.messages().stream().map((message) -> message.path("pid").asLong()).distinct())
			.hasSize(7);
	}

	@Test
	void recordsOfTheLogAndExceptionsAreEvents() {
		Program.Result result = run("""
				client = cairn.Client()
				cairn.install_excepthook(client)
				log = logging.getLogger("shop")
				log.addHandler(cairn.Handler(client))
				log.info("quiet")
				try: 1 / 0
				except ZeroDivisionError: log.exception("failed %s", "twice")
				thread = threading.Thread(target=lambda: {}["key"], name="worker"); thread.start(); thread.join()
				raise ValueError("the end")
				""");
		assertThat(result.code()).isEqualTo(1);
		assertThat(result.err()).contains("KeyError: 'key'", "ValueError: the end");
		List<Message> messages = application.messages();
		assertThat(messages).extracting(Message::type)
			.containsExactly("python.log", "python.exception", "python.exception");
		assertThat(messages.get(0).payload()).isEqualTo("failed twice");
		assertThat(messages.get(0).severity().code()).isEqualTo(3);
		assertThat(messages.get(0).fields().get("exception")).asString()
			.contains("builtins.ZeroDivisionError", "program.py");
		assertThat(messages.get(1).fields()).containsEntry("thread", "worker");
		assertThat(messages.get(2).fields().get("exception")).asString().contains("builtins.ValueError", "the end");
	}

}
