package dev.cairn.kotlin

import io.micrometer.core.annotation.Timed
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import org.springframework.stereotype.Component

/**
 * Its calls return flows, which begin when they are collected.
 */
@Component
open class FlowingShop {

	@Timed("orders.flow")
	open fun orders(count: Int): Flow<Int> = (1..count).asFlow()

	@Timed("orders.later")
	open suspend fun ordersLater(count: Int): Flow<Int> = (1..count).asFlow()

}
