package dev.cairn.kotlin

import dev.cairn.annotation.Traced
import io.micrometer.core.annotation.Timed
import io.micrometer.core.instrument.MeterRegistry
import org.springframework.aop.support.AopUtils
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.stereotype.Component
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.startCoroutine
import kotlin.coroutines.suspendCoroutine

/** Calls a suspend function that has annotations, and prints what becomes of it. */
fun main(arguments: Array<String>) {
	SpringApplicationBuilder(WithoutCoroutinesApplication::class.java).run(*arguments).use { context ->
		val greeter = context.getBean(SuspendingGreeter::class.java)
		var result: Result<String>? = null
		val call: suspend () -> String = { greeter.greet("joe") }
		call.startCoroutine(Continuation(EmptyCoroutineContext) { result = it })
		greeter.pending!!.resume("hello")
		val timer = context.getBean(MeterRegistry::class.java).find("kotlin.suspend").timer()
		println("proxy=${AopUtils.isAopProxy(greeter)} result=${result!!.getOrThrow()} timer=$timer")
	}
}

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(SuspendingGreeter::class)
open class WithoutCoroutinesApplication

@Component
open class SuspendingGreeter {

	private var waiting: Continuation<String>? = null

	open val pending get() = this.waiting

	@Timed("kotlin.suspend")
	@Traced
	open suspend fun greet(name: String): String = suspendCoroutine<String> { this.waiting = it } + " " + name

}
