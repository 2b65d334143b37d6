package dev.cairn.matrix.app

import kotlinx.coroutines.yield
import org.springframework.boot.SpringBootConfiguration
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.runApplication
import org.springframework.context.annotation.Import
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RestController

/** Takes orders by HTTP. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Orders::class, SuspendingController::class)
class KotlinApplication

@RestController
class SuspendingController(private val orders: Orders) {

	@GetMapping("/orders/{number}")
	suspend fun place(@PathVariable number: Int): String {
		yield()
		this.orders.place(number)
		return "placed"
	}

}

fun main(arguments: Array<String>) {
	runApplication<KotlinApplication>(*arguments)
}
