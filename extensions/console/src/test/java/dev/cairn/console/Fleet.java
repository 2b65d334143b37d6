package dev.cairn.console;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application whose instances are those of a bean.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Shop.class)
class Fleet {

	@Bean
	Known known() {
		return new Known(new AtomicReference<>(List.of()));
	}

	/** The instances that the test sets, as soon as they have ports. */
	record Known(AtomicReference<@Nullable List<Instance>> now) implements InstanceSource {

		@Override
		public List<Instance> instances() {
			List<Instance> instances = this.now.get();
			if (instances == null) {
				throw new IllegalStateException("The registry does not answer");
			}
			return instances;
		}

	}

}
