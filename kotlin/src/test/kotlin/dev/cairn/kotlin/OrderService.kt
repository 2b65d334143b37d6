package dev.cairn.kotlin

import dev.cairn.Cairn
import org.springframework.stereotype.Service

/** The example of the documentation. */
@Service
class OrderService(private val cairn: Cairn) {

	fun place(order: Order) {
		cairn.event("order.placed").field("order_id", order.id).field("total", order.total).publish()
	}

}

data class Order(val id: Long, val total: Long)
