package dev.cairn.kotlin

import dev.cairn.annotation.Telemetry
import org.springframework.stereotype.Component
import kotlin.coroutines.Continuation
import kotlin.coroutines.suspendCoroutine

/**
 * All signals of a call that returns before it has completed.
 */
@Component
open class ParcelService {

	private var waiting: Continuation<Long>? = null

	/** Completes the call that is waiting. */
	open val pending get() = this.waiting!!

	@Telemetry(name = "parcel.send", event = "parcel.sent", bind = ["parcel = #id"], tags = ["cost = #result"])
	open suspend fun send(id: Int): Long = suspendCoroutine { this.waiting = it }

}
