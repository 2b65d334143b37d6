package dev.cairn.kotlin

import dev.cairn.Cairn
import dev.cairn.EventType
import dev.cairn.Message
import dev.cairn.delivery.Accounts
import dev.cairn.delivery.MemorySink
import io.micrometer.core.annotation.Counted
import io.micrometer.core.annotation.Timed
import io.micrometer.core.instrument.MeterRegistry
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.springframework.aop.support.AopUtils
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.boot.test.system.CapturedOutput
import org.springframework.boot.test.system.OutputCaptureExtension
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.stereotype.Component
import java.nio.file.Files
import java.nio.file.Path

/**
 * Tests with an application in Kotlin, without the compiler plugin kotlin-spring: classes and members are final unless
 * they are declared open.
 */
@ExtendWith(OutputCaptureExtension::class)
class KotlinApplicationTests {

	@Test
	fun finalBeansAreLeftAlone(output: CapturedOutput) = run { context ->
		val greeter = context.getBean(FinalGreeter::class.java)
		assertThat(AopUtils.isAopProxy(greeter)).isFalse()
		assertThat(greeter.greet("joe")).isEqualTo("hello joe")
		assertThat(context.getBean(HalfOpenGreeter::class.java).greet("joe")).isEqualTo("hello joe")
		assertThat(context.getBean(HalfOpenGreeter::class.java).greeting).isEqualTo("hello")
		assertThat(warnings(output, "FinalGreeter is final")).hasSize(1)
		assertThat(warnings(output, "HalfOpenGreeter#")).hasSize(1)
		assertThat(warnings(output, "HalfOpenGreeter#").single()).contains("kotlin-spring")
	}

	@Test
	fun openBeansAreMeasured() = run { context ->
		val greeter = context.getBean(OpenGreeter::class.java)
		assertThat(greeter.greet("joe")).isEqualTo("hello joe")
		assertThat(greeter.greeting).isEqualTo("hello")
		val meters = context.getBean(MeterRegistry::class.java)
		assertThat(meters.get("kotlin.open").timer().count()).isEqualTo(1)
	}

	@Test
	fun dataClassesAreFieldsAndRecordsAreEvents() = run { context ->
		val cairn = context.getBean(Cairn::class.java)
		cairn.event("order.placed").field("order", Basket("A-1", listOf(Item("tea", 2)), null)).publish()
		cairn.event(OrderPaid("A-1", 5)).publish()
		val messages = context.getBean(MemorySink::class.java).messages().filter { it.type().startsWith("order.") }
		assertThat(messages.map(Message::type)).containsExactly("order.placed", "order.paid")
		val order = messages[0].fields()["order"] as Map<*, *>
		assertThat(order["id"]).isEqualTo("A-1")
		assertThat(order["items"]).isEqualTo(listOf(mapOf("name" to "tea", "amount" to 2)))
		assertThat(messages[1].fields()).containsEntry("order_id", "A-1").containsEntry("amount", 5)
	}

	@Test
	fun aFailureIsCaptured() = run { context ->
		val id = context.getBean(Cairn::class.java).capture(OrderRefused("A-1"))
		val incident = context.getBean(MemorySink::class.java).messages().single { it.type() == "exception" }
		assertThat(incident.fields()).containsEntry("error_id", id)
	}

	@Test
	fun theExampleOfTheDocumentationPublishesAnEvent() = run { context ->
		context.getBean(OrderService::class.java).place(Order(7, 78))
		val placed = context.getBean(MemorySink::class.java).messages().single { it.type() == "order.placed" }
		assertThat(placed.fields()).containsEntry("order_id", 7L).containsEntry("total", 78L)
	}

	@Test
	fun theExampleOfTheDocumentationIsTheOneThatIsCompiled() {
		val compiled = Files.readString(Path.of("src/test/kotlin/dev/cairn/kotlin/OrderService.kt"))
		val example = compiled.substringAfter("*/").substringBefore("data class").trim()
		assertThat(Files.readString(Path.of("../src/docs/dependencies.md"))).contains(example)
	}

	private fun warnings(output: CapturedOutput, part: String) =
		output.out.lines().filter { it.contains(" WARN ") && it.contains(part) }

	private fun run(test: (ConfigurableApplicationContext) -> Unit) {
		SpringApplicationBuilder(KotlinApplication::class.java)
			.run(
				"--server.port=0", "--spring.main.web-application-type=none", "--spring.main.banner-mode=off",
				"--cairn.file.enabled=false", "--spring.application.name=kotlin"
			)
			.use(test)
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FinalGreeter::class, HalfOpenGreeter::class, OpenGreeter::class, OrderService::class)
	class KotlinApplication {

		@Bean
		fun memorySink(ledger: Accounts) = MemorySink(ledger.channel("memory"), 100)

	}

	@Component
	@Timed("kotlin.final")
	class FinalGreeter {

		private val greeting = "hello"

		fun greet(name: String) = "$greeting $name"

	}

	@Component
	open class HalfOpenGreeter {

		val greeting = "hello"

		@Counted("kotlin.half")
		open fun greet(name: String) = "$greeting $name"

	}

	@Component
	open class OpenGreeter {

		open val greeting = "hello"

		@Timed("kotlin.open")
		open fun greet(name: String) = "$greeting $name"

	}

	data class Basket(val id: String, val items: List<Item>, val note: String?)

	data class Item(val name: String, val amount: Int)

	@JvmRecord
	@EventType("order.paid")
	data class OrderPaid(val orderId: String, val amount: Int)

	class OrderRefused(order: String) : RuntimeException("refused $order")

}
