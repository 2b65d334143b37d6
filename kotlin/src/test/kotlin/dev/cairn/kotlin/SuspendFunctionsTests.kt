package dev.cairn.kotlin

import brave.handler.MutableSpan
import brave.handler.SpanHandler
import brave.propagation.TraceContext
import dev.cairn.Message
import dev.cairn.delivery.Accounts
import dev.cairn.delivery.MemorySink
import io.micrometer.core.instrument.MeterRegistry
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.boot.test.system.CapturedOutput
import org.springframework.boot.test.system.OutputCaptureExtension
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * A call of a suspend function ends when the function has completed.
 */
@ExtendWith(OutputCaptureExtension::class)
class SuspendFunctionsTests {

	@Test
	fun aCallEndsWithItsResult() = run { context ->
		val shop = context.getBean(SuspendingShop::class.java)
		val call = price(shop, 7)
		assertThat(count(context)).isZero()
		assertThat(messages(context)).isEmpty()
		assertThat(spans(context)).isEmpty()
		shop.pending.resume(40)
		assertThat(runBlocking { call.await() }).isEqualTo(40)
		assertThat(count(context)).isEqualTo(1)
		assertThat(context.getBean(MeterRegistry::class.java).get("orders.counted").counter().count()).isEqualTo(1.0)
		val priced = messages(context).single()
		assertThat(priced.fields()).containsEntry("order_id", 7).containsEntry("total", 40L)
		val span = spans(context).single()
		assertThat(span.tags()).containsEntry("order", "7").containsEntry("method", "price")
		assertThat(span.error()).isNull()
	}

	@Test
	fun aCallEndsWithItsFailure() = run { context ->
		val shop = context.getBean(SuspendingShop::class.java)
		val call = price(shop, 8)
		shop.pending.resumeWithException(IllegalStateException("no price"))
		assertThatExceptionOfType(IllegalStateException::class.java).isThrownBy { runBlocking { call.await() } }
		assertThat(
			context.getBean(MeterRegistry::class.java).get("orders.priced").tag("exception", "IllegalStateException").timer()
				.count()
		).isEqualTo(1)
		assertThat(messages(context)).isEmpty()
		assertThat(spans(context).single().error()).hasMessage("no price")
	}

	@Test
	fun allSignalsOfACallBelongToItsEnd(output: CapturedOutput) = run { context ->
		val parcels = context.getBean(ParcelService::class.java)
		val meters = context.getBean(MeterRegistry::class.java)
		val sent = send(parcels, 7)
		assertThat(messages(context, "parcel.sent")).isEmpty()
		parcels.pending.resume(40)
		assertThat(runBlocking { sent.await() }).isEqualTo(40)
		assertThat(messages(context, "parcel.sent").single().fields()).containsEntry("cost", 40L)
		assertThat(meters.get("parcel.send").timer().count()).isEqualTo(1)
		assertThat(meters.get("parcel.send.calls").counter().count()).isEqualTo(1.0)
		assertThat(spans(context, "parcel.send").single().tags()).containsEntry("cost", "40")
		val lost = send(parcels, 8)
		parcels.pending.resumeWithException(IllegalStateException("lost"))
		assertThatExceptionOfType(IllegalStateException::class.java).isThrownBy { runBlocking { lost.await() } }
		assertThat(messages(context, "exception")).hasSize(1)
		assertThat(messages(context, "parcel.sent")).hasSize(1)
		assertThat(output.out.lines().filter { it.contains(" WARN ") && it.contains("ParcelService") }).hasSize(1)
		assertThat(output).contains("ParcelService#send is a suspend function", "bind within it")
	}

	@Test
	fun aFlowIsMeasured() = run { context ->
		val shop = context.getBean(FlowingShop::class.java)
		val received = ArrayList<Int>()
		runBlocking { shop.orders(3).collect { received.add(it) } }
		runBlocking { shop.ordersLater(2).collect { received.add(it) } }
		assertThat(received).containsExactly(1, 2, 3, 1, 2)
		val meters = context.getBean(MeterRegistry::class.java)
		assertThat(meters.get("orders.flow").timer().count()).isEqualTo(1)
		assertThat(meters.get("orders.later").timer().count()).isEqualTo(1)
	}

	@OptIn(kotlinx.coroutines.DelicateCoroutinesApi::class)
	private fun price(shop: SuspendingShop, id: Int): Deferred<Long> =
		GlobalScope.async(Dispatchers.Unconfined, CoroutineStart.UNDISPATCHED) { shop.price(id) }

	@OptIn(kotlinx.coroutines.DelicateCoroutinesApi::class)
	private fun send(parcels: ParcelService, id: Int): Deferred<Long> =
		GlobalScope.async(Dispatchers.Unconfined, CoroutineStart.UNDISPATCHED) { parcels.send(id) }

	private fun count(context: ConfigurableApplicationContext) =
		context.getBean(MeterRegistry::class.java).find("orders.priced").timers().sumOf { it.count() }

	private fun messages(context: ConfigurableApplicationContext, type: String = "order.priced"): List<Message> =
		context.getBean(MemorySink::class.java).messages().filter { it.type() == type }

	private fun spans(context: ConfigurableApplicationContext, name: String = "price") =
		context.getBean(Spans::class.java).all.filter { it.name() == name }

	private fun run(test: (ConfigurableApplicationContext) -> Unit) {
		SpringApplicationBuilder(SuspendApplication::class.java)
			.run(
				"--spring.main.web-application-type=none", "--spring.main.banner-mode=off", "--cairn.file.enabled=false",
				"--spring.application.name=kotlin", "--management.tracing.sampling.probability=1"
			)
			.use(test)
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(SuspendingShop::class, FlowingShop::class, ParcelService::class, Spans::class)
	class SuspendApplication {

		@Bean
		fun memorySink(ledger: Accounts) = MemorySink(ledger.channel("memory"), 100)

	}

	class Spans : SpanHandler() {

		val all = CopyOnWriteArrayList<MutableSpan>()

		override fun end(context: TraceContext, span: MutableSpan, cause: Cause): Boolean {
			this.all.add(MutableSpan(span))
			return true
		}

	}

}
