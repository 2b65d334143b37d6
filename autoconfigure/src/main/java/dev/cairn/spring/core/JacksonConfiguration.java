package dev.cairn.spring.core;

import java.util.function.Supplier;

import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;

/**
 * Writes objects as the application writes them to JSON.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnCairn
@ConditionalOnClass(JsonMapper.class)
class JacksonConfiguration {

	/** The mapper is looked up when it is first needed. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	CairnBuilderCustomizer cairnObjectMapper(ObjectProvider<JsonMapper> mappers) {
		Supplier<ObjectWriter> writer = SingletonSupplier
			.of(() -> mappers.getIfUnique(JsonMapper::shared).writer().without(SerializationFeature.CLOSE_CLOSEABLE));
		return (builder) -> builder.mapper((json, value) -> writer.get().writeValue(json, value));
	}

}
