package dev.cairn.collector;

import java.util.Map;
import java.util.stream.IntStream;

import dev.cairn.Message;
import dev.cairn.testing.Prerequisites;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code cairn.js} with the collector, and with a collector in trouble.
 */
class NodeClientTests extends ModuleClientContract {

	private static final String BEGIN = """
			import { Client } from "%s";
			const wait = async (condition) => {
			  const end = Date.now() + 30000;
			  while (!condition()) {
			    if (Date.now() > end) throw new Error("in vain");
			    await new Promise((resolve) => setTimeout(resolve, 10));
			  }
			};
			""".formatted(Program.client("node/cairn.js").toUri());

	private static final String KEY = "s3cret";

	NodeClientTests() {
		super("node", "program.mjs", BEGIN);
	}

	@BeforeAll
	static void startCollector() {
		assumeTrue(Prerequisites.met("the tests of the client for Node.js", Prerequisites.NODE, "node"));
		start(KEY);
	}

	@Override
	Map<String, String> environment() {
		return Map.of("CAIRN_KEY", KEY);
	}

	@Test
	void fieldsArriveAsTheyAre() {
		Program.Result result = run(
				"""
						const client = new Client({ service: "till" });
						const circle = {}; circle.self = circle;
						console.log(client.event("order.placed", { text: "q\\" \\\\ \\x01 \\n ü € \\u{1F389} \\ud800", order_id: 7, total: 78.5,
						  paid: true, gift: null, lines: [{ sku: "a" }, [1, 2]], nan: NaN, big: 10n ** 30n, circle, at: new Date(0),
						  map: new Map([["a", 1]]), get broken() { throw new Error(); } },
						  { severity: 4, category: "behaviour", payload: "text",
						    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }));
						const bound = client.bind({ tenant: "acme" }, { traceparent: "nonsense" }).bind({ shop: 1 });
						bound.event("order.paid", { shop: 2 });
						""");
		assertThat(result.code()).as(result.err()).isZero();
		assertThat(application.messages()).hasSize(2);
		Message message = application.messages().get(0);
		assertThat(message.id()).isEqualTo(result.out().strip());
		assertThat(message.fields()).containsEntry("text", "q\" \\ \u0001 \n ü € \uD83C\uDF89 \ufffd")
			.containsEntry("paid", true)
			.containsEntry("gift", null)
			.containsEntry("nan", "NaN")
			.containsEntry("big", "1000000000000000000000000000000")
			.containsEntry("at", "1970-01-01T00:00:00.000000Z")
			.containsEntry("broken", "[unprintable]");
		assertThat(message.fields().get("lines")).hasToString("[{sku=a}, [1, 2]]");
		assertThat(message.fields().get("circle")).hasToString("{self=[circular]}");
		assertThat(message.fields().get("map")).hasToString("{a=1}");
		assertThat(message.severity().code()).isEqualTo(4);
		assertThat(message.category()).hasToString("BEHAVIOUR");
		assertThat(message.payload()).isEqualTo("text");
		assertThat(message.origin().service()).isEqualTo("till");
		assertThat(message.trace()).isNotNull();
		assertThat(application.messages().get(1).fields()).containsEntry("tenant", "acme")
			.hasEntrySatisfying("shop", (shop) -> assertThat(shop).hasToString("2"));
	}

	@Test
	void itCanBeRequired() {
		assertThat(
				this.program.run("node", "-e", "const { Client } = require(process.argv[1]); new Client().event('a.b')",
						Program.client("node/cairn.js").toString()))
			.isEqualTo(new Program.Result(0, "", ""));
		assertThat(application.messages()).extracting(Message::type).containsExactly("a.b");
	}

	@Test
	void onlyProgrammingErrorsAreThrown() {
		assertThat(
				run("""
						const client = new Client();
						const thrown = (action) => {
						  try { action(); console.log("none"); } catch (error) { console.log(error.message); }
						};
						for (const args of [[""], ["a b"], [null], ["log"], ["a", [1]], ["a", null], ["a", {}, { severity: 8 }],
						  ["a", {}, { category: "x" }], ["a", {}, { id: "x" }], ["a", {}, { timestamp: "now" }]]) {
						  thrown(() => client.event(...args));
						}
						thrown(() => new Client({ url: "localhost:8080" }));
						thrown(() => new Client({ key: "a\\r\\nb" }));
						console.log(client.bind({}).event("a", { get broken() { throw new Error(); } }), client.stats().dropped.failed);
						""")
					.out())
			.doesNotContain("none")
			.contains("severity is 8, and has to be a number from 0 to 7", "url is \"localhost:8080\"")
			.endsWith("null 1\n");
	}

	@Test
	void manyMessagesAreSentInCompressedBatches() {
		assertThat(runTroubled("""
				const client = new Client();
				for (let n = 0; n < 4000; n++) client.event("many", { n });
				console.log(await client.flush(20000), client.stats().accepted);
				""")).isEqualTo(new Program.Result(0, "true 4000\n", ""));
		assertThat(this.troubled.stored()).hasSize(4000);
		assertThat(this.troubled.requests()).hasSize(40)
			.allMatch((headers) -> "gzip".equals(headers.getFirst("Content-Encoding"))
					&& "Bearer s3cret".equals(headers.getFirst("Authorization"))
					&& headers.containsKey("X-Cairn-Sent-At"));
	}

	@Test
	void theCollectorAcceptsManyMessages() {
		assertThat(run("""
				const client = new Client();
				for (let n = 0; n < 1000; n++) client.event("many", { n });
				await client.close();
				console.log(JSON.stringify(client.stats()));
				""").out()).contains("\"accepted\":1000,\"refused\":0,\"dropped\":{},\"retries\":0,\"held\":0");
		assertThat(application.messages()).hasSize(1000);
	}

	@Test
	void nothingIsLostOrDoubledWhileTheCollectorIsDown() {
		this.troubled.down();
		Program.Running running = startTroubled("""
				const client = new Client();
				for (let n = 0; n < 250; n++) client.event("down", { n });
				await wait(() => client.stats().retries > 0);
				console.log("away");
				await wait(() => client.stats().accepted === 250);
				console.log(client.stats().held, client.stats().dropped);
				""");
		awaitOutput(running, "away");
		this.troubled.up();
		Program.Result result = running.await();
		assertThat(result.out()).isEqualTo("away\n0 {}\n");
		assertThat(result.err()).containsOnlyOnce("is away").containsOnlyOnce("answers again");
		assertThat(this.troubled.messages().stream().map((message) -> message.at("/fields/n").asInt()))
			.containsExactlyElementsOf(IntStream.range(0, 250).boxed().toList());
	}

	@Test
	void aLostAnswerDoesNotDoubleTheMessage() {
		this.troubled.loseAnswers(true);
		Program.Running running = startTroubled("""
				const client = new Client();
				client.event("once");
				await wait(() => client.stats().retries > 0);
				console.log("away");
				await wait(() => client.stats().accepted === 1);
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
					const client = new Client();
					const begin = Date.now();
					client.event("later");
					await wait(() => client.stats().retries === 1);
					console.log("away");
					await wait(() => client.stats().accepted === 1);
					console.log(Date.now() - begin >= 1990);
					""");
			awaitOutput(running, "away");
			this.troubled.status(202, "");
			assertThat(running.await().out()).isEqualTo("away\ntrue\n");
			assertThat(this.troubled.requests()).hasSize(before + 2);
		}
	}

	@Test
	void refusedMessagesAreCountedAndNotSentAgain() {
		this.troubled.status(400, "");
		Program.Result result = runTroubled("""
				const client = new Client();
				client.event("bad"); client.event("bad");
				console.log(await client.flush(), client.stats().refused, client.stats().held);
				""");
		assertThat(result.out()).isEqualTo("true 2 0\n");
		assertThat(result.err()).contains("refused 2 of 2 messages with 400: for a test");
		assertThat(this.troubled.requests()).hasSize(1);
	}

	@Test
	void theReasonOfARefusalIsPrinted() {
		Program.Result result = run("""
				const client = new Client();
				client.event("good");
				client.event("bad", {}, { logger: "x".repeat(300) });
				await client.flush();
				console.log(client.stats().accepted, client.stats().refused);
				""");
		assertThat(result.out()).isEqualTo("1 1\n");
		assertThat(result.err()).contains("refused 1 of 2 messages with 202: must have at most 200 characters");
	}

	@Test
	void aSlowCollectorDoesNotHoldTheCallerOrTheEnd() {
		this.troubled.hang();
		Program.Result result = runTroubled(
				"""
						const client = new Client({ maxMessages: 100, batch: 10, exitTimeout: 500 });
						const begin = Date.now();
						let taken = 0;
						for (let n = 0; n < 1000; n++) taken += client.event("slow", { n }) ? 1 : 0;
						console.log(Date.now() - begin < 5000, taken);
						process.on("exit", () => console.log(Date.now() - begin < 20000, JSON.stringify(client.stats()), client.event("late")));
						""");
		assertThat(result.out()).startsWith("true 100\ntrue")
			.contains("\"offered\":1000,\"accepted\":0,\"refused\":0,", "\"queue_full\":900", "\"closed\":100",
					"\"held\":0")
			.endsWith("null\n");
		assertThat(result.err()).contains("100 messages were not sent");
	}

	@Test
	void tooLargeMessagesAndBytesAreCounted() {
		this.troubled.hang();
		assertThat(runTroubled(
				"""
						const client = new Client({ maxBytes: 200000, exitTimeout: 100 });
						console.log(client.event("large", { text: "x".repeat(300000) }), client.event("large", { text: "x".repeat(150000) }) !== null,
						  client.event("large", { text: "x".repeat(150000) }));
						console.log(JSON.stringify(client.stats().dropped));
						""")
			.out()).isEqualTo("null true null\n{\"too_large\":1,\"queue_full\":1}\n");
	}

	@Test
	void theEndOfTheProgramSendsWhatIsHeld() {
		assertThat(runTroubled("""
				const client = new Client({ interval: 30000 });
				for (let n = 0; n < 150; n++) client.event("end");
				""").code()).isZero();
		assertThat(this.troubled.stored()).hasSize(150);
	}

}
