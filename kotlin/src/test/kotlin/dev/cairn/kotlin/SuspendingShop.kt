package dev.cairn.kotlin

import dev.cairn.annotation.PublishEvent
import dev.cairn.annotation.Traced
import io.micrometer.core.annotation.Counted
import io.micrometer.core.annotation.Timed
import org.springframework.stereotype.Component
import kotlin.coroutines.Continuation
import kotlin.coroutines.suspendCoroutine

/**
 * Its calls return before they have completed.
 */
@Component
open class SuspendingShop {

	private var waiting: Continuation<Long>? = null

	/** Completes the call that is waiting. */
	open val pending get() = this.waiting!!

	@Timed("orders.priced")
	@Counted("orders.counted")
	@PublishEvent("order.priced", fields = ["order_id = #id", "total = #result"])
	@Traced(value = "price", tags = ["order = #id"])
	open suspend fun price(id: Int): Long = suspendCoroutine { this.waiting = it }

}
