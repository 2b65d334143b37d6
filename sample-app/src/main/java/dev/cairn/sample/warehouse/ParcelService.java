package dev.cairn.sample.warehouse;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import dev.cairn.Cairn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Packs parcels in the background. Each parcel has a number from Redis and leaves through
 * the topic {@code parcels}.
 */
class ParcelService {

	private static final Logger logger = LoggerFactory.getLogger(ParcelService.class);

	private static final int MAX_PRINTED = 100;

	private final StringRedisTemplate redis;

	private final KafkaTemplate<String, String> kafka;

	private final Executor packers;

	private final Executor printers;

	private final Cairn cairn;

	ParcelService(StringRedisTemplate redis, KafkaTemplate<String, String> kafka, Executor packers, Executor printers,
			Cairn cairn) {
		this.redis = redis;
		this.kafka = kafka;
		this.packers = packers;
		this.printers = printers;
		this.cairn = cairn;
	}

	void ship(ParcelRequest request) {
		logger.info("A parcel is requested");
		CompletableFuture.supplyAsync(() -> pack(request), this.packers)
			.thenAcceptAsync((parcel) -> send(request, parcel), this.printers)
			.whenComplete((result, ex) -> report(ex));
	}

	private String pack(ParcelRequest request) {
		String parcel = "P-" + this.redis.opsForValue().increment("parcels");
		logger.info("Packed {} pieces in {}", request.quantity(), parcel);
		this.cairn.event("parcel.packed").field("parcel", parcel).publish();
		return parcel;
	}

	private void send(ParcelRequest request, String parcel) {
		try {
			printLabel(request, parcel);
		}
		catch (LabelNotPrintedException ex) {
			logger.error("The label of {} has to be written by hand", parcel, ex);
		}
		this.kafka.send("parcels", String.valueOf(request.orderId()), parcel);
	}

	private void printLabel(ParcelRequest request, String parcel) {
		if (request.quantity() > MAX_PRINTED) {
			throw new LabelNotPrintedException(request.quantity());
		}
		logger.info("Printed the label of {}", parcel);
		this.cairn.event("label.printed")
			.field("parcel", parcel)
			.field("thread", Thread.currentThread().toString())
			.publish();
	}

	private static void report(@Nullable Throwable ex) {
		if (ex != null) {
			logger.error("The parcel was not sent", ex);
		}
	}

}
