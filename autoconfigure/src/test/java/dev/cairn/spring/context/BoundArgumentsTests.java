package dev.cairn.spring.context;

import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.annotation.Bind;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the arguments of beans that have {@link Bind @Bind}, and for its use on the
 * fields of arguments that are no records.
 */
class BoundArgumentsTests {

	private static RunningApplication application;

	private static List<ILoggingEvent> warnings;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(PostApplication.class);
		warnings = RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLevel().equals(Level.WARN))
			.filter((event) -> event.getFormattedMessage().contains("@Bind"))
			.toList();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void aFieldIsReadByItsGetter() {
		assertThat(application.bean(Post.class).bindingsOf(new Letter()))
			.isEqualTo(Map.of("recipient", "Ada", "urgent", true));
	}

	@Test
	void aFieldWithoutGetterIsReadItself() {
		assertThat(application.bean(Post.class).bindingsOf(new Parcel("p-7", 3)))
			.isEqualTo(Map.of("parcel.id", "p-7", "weight", 3));
	}

	@Test
	void aFieldOfASuperclassIsRead() {
		assertThat(application.bean(Post.class).bindingsOf(new Express("p-8", 4)))
			.isEqualTo(Map.of("parcel.id", "p-8", "weight", 4, "deadline", "noon"));
	}

	@Test
	void anObjectWithoutSuchFieldsIsBoundItself() {
		assertThat(application.bean(Post.class).bindingsOf("card")).isEqualTo(Map.of("item", "card"));
		assertThat(application.context().getBean(Cairn.class).bindings()).isEmpty();
	}

	@Test
	void theParameterOfAnInterfaceOrASuperclassMayHaveTheAnnotation() {
		assertThat(application.bean(FastFerry.class).bindingsOf("card", 5))
			.isEqualTo(Map.of("cargo", "card", "berth", 5));
	}

	@Test
	void theNameOnTheParameterOfTheClassTakesPrecedence() {
		assertThat(application.bean(FastFerry.class).load("card")).isEqualTo(Map.of("own", "card"));
	}

	@Test
	void theParameterOfAGenericInterfaceMayHaveTheAnnotation() {
		assertThat(application.bean(Mailbox.class).put("card")).isEqualTo(Map.of("content", "card"));
	}

	@Test
	void aFinalClassHasAWarningForTheAnnotationOfItsInterface() {
		assertThat(application.bean(Barge.class).bindingsOf("card", 5)).isEmpty();
		assertThat(warningsOf(Barge.class)).singleElement().asString().contains("is final");
	}

	@Test
	void aClassWithoutAProxyHasOneWarning() {
		assertThat(application.bean(Counter.class).bindingsOf("card")).isEmpty();
		assertThat(warningsOf(Counter.class)).singleElement()
			.asString()
			.contains("@Bind in " + Counter.class.getName() + " has no effect", "is final");
	}

	private static List<ILoggingEvent> warningsOf(Class<?> type) {
		return warnings.stream().filter((event) -> event.getFormattedMessage().contains(type.getName())).toList();
	}

	public static class Letter {

		@Bind
		private final String recipient = "field";

		@Bind
		private final boolean urgent = false;

		public String getRecipient() {
			return this.recipient.replace("field", "Ada");
		}

		public boolean isUrgent() {
			return !this.urgent;
		}

	}

	static class Parcel {

		@Bind("parcel.id")
		private final String id;

		@Bind
		private final int weight;

		Parcel(String id, int weight) {
			this.id = id;
			this.weight = weight;
		}

		@Override
		public String toString() {
			return this.id + " of " + this.weight;
		}

	}

	static class Express extends Parcel {

		@Bind
		String deadline = "noon";

		Express(String id, int weight) {
			super(id, weight);
		}

	}

	static class Post {

		private final Cairn cairn;

		Post(Cairn cairn) {
			this.cairn = cairn;
		}

		Map<String, Object> bindingsOf(@Bind Object item) {
			return Map.copyOf(this.cairn.bindings());
		}

	}

	static final class Counter {

		private final Cairn cairn;

		Counter(Cairn cairn) {
			this.cairn = cairn;
		}

		Map<String, Object> bindingsOf(@Bind Object item) {
			return this.cairn.bindings();
		}

		void take(@Bind Object item) {
		}

	}

	interface Ship {

		Map<String, Object> bindingsOf(@Bind("cargo") Object item, int number);

		default Map<String, Object> load(@Bind("cargo") Object item) {
			return Map.of();
		}

	}

	abstract static class Ferry implements Ship {

		final Cairn cairn;

		Ferry(Cairn cairn) {
			this.cairn = cairn;
		}

		@Override
		public Map<String, Object> bindingsOf(Object item, @Bind("berth") int number) {
			return Map.copyOf(this.cairn.bindings());
		}

	}

	static class FastFerry extends Ferry {

		FastFerry(Cairn cairn) {
			super(cairn);
		}

		@Override
		public Map<String, Object> bindingsOf(Object item, int number) {
			return super.bindingsOf(item, number);
		}

		@Override
		public Map<String, Object> load(@Bind("own") Object item) {
			return Map.copyOf(this.cairn.bindings());
		}

	}

	static final class Barge implements Ship {

		private final Cairn cairn;

		Barge(Cairn cairn) {
			this.cairn = cairn;
		}

		@Override
		public Map<String, Object> bindingsOf(Object item, int number) {
			return this.cairn.bindings();
		}

	}

	interface Box<T> {

		Map<String, Object> put(@Bind("content") T item);

	}

	static class Mailbox implements Box<String> {

		private final Cairn cairn;

		Mailbox(Cairn cairn) {
			this.cairn = cairn;
		}

		@Override
		public Map<String, Object> put(String item) {
			return Map.copyOf(this.cairn.bindings());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Post.class, Counter.class, FastFerry.class, Barge.class, Mailbox.class })
	static class PostApplication {

	}

}
