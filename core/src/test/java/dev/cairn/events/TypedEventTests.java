package dev.cairn.events;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import javax.tools.ToolProvider;

import dev.cairn.Cairn;
import dev.cairn.Category;
import dev.cairn.EventType;
import dev.cairn.Message;
import dev.cairn.redaction.Redactor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for events that are records.
 */
class TypedEventTests {

	private final Publishing publishing = new Publishing((builder) -> builder);

	private final Cairn cairn = this.publishing.cairn;

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void publishesTheComponentsAsFields() {
		Instant now = Instant.parse("2026-01-31T23:59:59Z");
		String id = this.cairn.publish(new OrderPlaced("o1", new BigDecimal("9.90"), Channel.WEB, now, Optional.of("x"),
				Optional.empty(), List.of(new Line("sku-1", 2)), Map.of("first", new Line("sku-2", 1)), null));
		Message message = this.publishing.message();
		assertThat(message.id()).isEqualTo(id);
		assertThat(message.type()).isEqualTo("order.placed");
		Map<String, Object> expected = new LinkedHashMap<>();
		expected.put("event_version", 1);
		expected.put("order_id", "o1");
		expected.put("total", new BigDecimal("9.90"));
		expected.put("channel", "WEB");
		expected.put("placed_at", "2026-01-31T23:59:59Z");
		expected.put("coupon", "x");
		expected.put("note", null);
		expected.put("order_lines", List.of(Map.of("sku", "sku-1", "line_count", 2)));
		expected.put("by_name", Map.of("first", Map.of("sku", "sku-2", "line_count", 1)));
		expected.put("nothing", null);
		assertThat(message.fields()).isEqualTo(expected);
	}

	@Test
	void takesTypeVersionAndCategoryFromTheAnnotation() {
		this.cairn.publish(new Paid(3));
		assertThat(this.publishing.message().type()).isEqualTo("payment/received");
		assertThat(this.publishing.message().category()).isEqualTo(Category.OPERATION);
		assertThat(this.publishing.message().fields()).isEqualTo(Map.of("event_version", 4, "cents", 3));
	}

	@Test
	void takesTypeAndVersionFromTheName() {
		this.cairn.publish(new CartClosedV12(1));
		assertThat(this.publishing.message().type()).isEqualTo("cart.closed");
		assertThat(this.publishing.message().fields()).containsEntry("event_version", 12);
	}

	@Test
	void moreMayBeAddedAndTheCallWins() {
		this.cairn.event(new Paid(3)).field("cents", 4).field("more", true).category(Category.QUALITY).publish();
		assertThat(this.publishing.message().fields()).isEqualTo(Map.of("event_version", 4, "cents", 4, "more", true));
		assertThat(this.publishing.message().category()).isEqualTo(Category.QUALITY);
	}

	@Test
	void writesARecordAsAMapWhereverItStands() {
		this.cairn.event("order.placed").field("line", new Line("a", 1)).publish();
		assertThat(this.publishing.message().fields()).isEqualTo(Map.of("line", Map.of("sku", "a", "line_count", 1)));
	}

	@Test
	void redactsByTheNamesOfComponents() {
		this.cairn.publish(new LoggedIn("kim", "hunter2", new Credentials("k")));
		assertThat(this.publishing.message().fields()).containsEntry("password", Redactor.MASK)
			.containsEntry("nested", Map.of("api_key", Redactor.MASK));
	}

	@Test
	void keepsTheNamesOfTheEnvelope() {
		this.cairn.publish(new Renamed("i", "t"));
		assertThat(this.publishing.message().fields()).containsEntry("id", "i").containsEntry("type", "t");
	}

	@Test
	void marksAnAccessorThatThrows() {
		assertThat(this.cairn.publish(new Broken("a", new BrokenToo(1)))).isNotNull();
		String mark = "[unprintable " + Broken.class.getName() + ": java.lang.IllegalStateException]";
		String nested = "[unprintable " + BrokenToo.class.getName() + ": java.lang.StackOverflowError]";
		assertThat(this.publishing.message().fields()).containsEntry("value", mark)
			.containsEntry("too", Map.of("number", nested));
		assertThat(this.publishing.message().truncated()).isTrue();
	}

	@Test
	void marksACircle() {
		List<Object> children = new ArrayList<>();
		Node node = new Node("root", children);
		children.add(node);
		this.cairn.publish(new Tree(node));
		assertThat(this.publishing.message().fields()).containsEntry("root",
				Map.of("name", "root", "children", List.of("[circular]")));
	}

	@Test
	void endsWhereRecordsNestWithoutEnd() {
		Node node = new Node("leaf", List.of());
		for (int i = 0; i < 10_000; i++) {
			node = new Node("n", Arrays.asList(node));
		}
		this.cairn.publish(new Tree(node));
		assertThat(this.publishing.message().truncated()).isTrue();
	}

	@Test
	void refusesWhatCannotBePublished() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.cairn.publish(new Timer(1)))
			.withMessageContaining("'timer'")
			.withMessageContaining("reserved");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cairn.publish(new Spaced()))
			.withMessageContaining("'order placed'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cairn.publish(new Negative()))
			.withMessageContaining("version")
			.withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cairn.publish(new Twice(1, 2)))
			.withMessageContaining("order_id");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cairn.publish(new OwnVersion(1)))
			.withMessageContaining("event_version");
		assertThatNullPointerException().isThrownBy(() -> this.cairn.publish(null)).withMessageContaining("event");
		assertThat(this.publishing.messages()).isEmpty();
	}

	@Test
	void namesTheModuleThatKeepsARecordToItself(@TempDir Path folder) throws Exception {
		Record hidden = inModule(folder, "module acme.orders { }");
		assertThatIllegalArgumentException().isThrownBy(() -> this.cairn.publish(hidden))
			.withMessageContaining("the module acme.orders does not give Cairn access to com.acme.orders.OrderPlaced")
			.withMessageContaining("opens com.acme.orders;");
		this.cairn.event("order.placed").field("nested", hidden).publish();
		assertThat(this.publishing.message().fields()).containsEntry("nested", "OrderPlaced[orderId=o1]");
	}

	@Test
	void readsWhatAModuleOpensOrExports(@TempDir Path opened, @TempDir Path exported) throws Exception {
		this.cairn.publish(inModule(opened, "module acme.orders { opens com.acme.orders; }"));
		this.cairn.publish(inModule(exported, "module acme.orders { exports com.acme.orders; }"));
		assertThat(this.publishing.messages()).hasSize(2)
			.allSatisfy((message) -> assertThat(message.fields()).containsEntry("order_id", "o1"));
	}

	/** Return a record of a module of its own. */
	private static Record inModule(Path folder, String descriptor) throws Exception {
		String event = write(folder, "com/acme/orders/OrderPlaced.java",
				"package com.acme.orders; public record OrderPlaced(String orderId) { }");
		String factory = write(folder, "com/acme/api/Orders.java",
				"package com.acme.api; public class Orders { public static Record placed() {"
						+ " return new com.acme.orders.OrderPlaced(\"o1\"); } }");
		String module = write(folder, "module-info.java", descriptor.replace("{", "{ exports com.acme.api;"));
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", folder.toString(), event, factory, module)).isZero();
		Configuration configuration = ModuleLayer.boot()
			.configuration()
			.resolve(ModuleFinder.of(folder), ModuleFinder.of(), Set.of("acme.orders"));
		return (Record) ModuleLayer.boot()
			.defineModulesWithOneLoader(configuration, TypedEventTests.class.getClassLoader())
			.findLoader("acme.orders")
			.loadClass("com.acme.api.Orders")
			.getMethod("placed")
			.invoke(null);
	}

	private static String write(Path folder, String name, String source) throws IOException {
		Path file = folder.resolve(name);
		Files.createDirectories(file.getParent());
		return Files.writeString(file, source).toString();
	}

	@Test
	void doesNothingWhenSwitchedOff() {
		assertThat(Cairn.noop().publish(new Paid(1))).isNull();
		assertThat(Cairn.noop().event("a").preset("x").callSite().immediately().publish()).isNull();
	}

	private enum Channel {

		WEB {
			@Override
			public String toString() {
				return "the web";
			}
		}

	}

	private record OrderPlaced(String orderId, BigDecimal total, Channel channel, Instant placedAt,
			Optional<String> coupon, Optional<String> note, List<Line> orderLines, Map<String, Line> byName,
			String nothing) {
	}

	private record Line(String sku, int lineCount) {
	}

	@EventType(value = "payment/received", version = 4, category = Category.OPERATION)
	private record Paid(int cents) {
	}

	private record CartClosedV12(int items) {
	}

	private record LoggedIn(String user, String password, Credentials nested) {
	}

	private record Credentials(String apiKey) {
	}

	private record Renamed(String id, String type) {
	}

	private record Broken(String value, BrokenToo too) {

		@Override
		public String value() {
			throw new IllegalStateException("no");
		}

	}

	private record BrokenToo(int number) {

		@Override
		public int number() {
			return number();
		}

	}

	private record Tree(Node root) {
	}

	private record Node(String name, List<?> children) {
	}

	private record Timer(int n) {
	}

	@EventType("order placed")
	private record Spaced() {
	}

	@EventType(version = -1)
	private record Negative() {
	}

	private record Twice(int orderId, int order_id) {
	}

	private record OwnVersion(int eventVersion) {
	}

}
