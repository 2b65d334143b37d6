package dev.cairn.sample.warehouse;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.cairn.Cairn;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.kafka.core.KafkaTemplate;

@Configuration(proxyBeanMethods = false)
@Profile("warehouse")
class WarehouseConfiguration {

	/**
	 * A pool of the application's own.
	 */
	@Bean
	ExecutorService packers() {
		return Executors.newFixedThreadPool(2);
	}

	/**
	 * Labels are printed by Spring's executor, which has virtual threads on JDK 21 and
	 * later.
	 */
	@Bean
	ParcelService parcelService(StringRedisTemplate redis, KafkaTemplate<String, String> kafka, ExecutorService packers,
			AsyncTaskExecutor applicationTaskExecutor, Cairn cairn) {
		return new ParcelService(redis, kafka, packers, applicationTaskExecutor, cairn);
	}

}
