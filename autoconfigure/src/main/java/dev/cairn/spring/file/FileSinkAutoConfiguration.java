package dev.cairn.spring.file;

import dev.cairn.ApplicationFrames;
import dev.cairn.Limits;
import dev.cairn.Redactor;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.file.FileSender;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for messages to local files, where
 * they go when there is no broker.
 */
@AutoConfiguration(afterName = "dev.cairn.spring.kafka.KafkaSinkAutoConfiguration",
		before = CairnAutoConfiguration.class)
@ConditionalOnCairn(value = "file", insteadOf = "cairnKafkaSink")
@EnableConfigurationProperties(FileSinkProperties.class)
public final class FileSinkAutoConfiguration {

	static final String SINK_NAME = "file";

	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean(name = "cairnFileSink")
	AsyncSink cairnFileSink(FileSinkProperties properties, Accounts ledger, Limits limits, Redactor redactor,
			ApplicationFrames application) {
		InvalidProperty.requireRange("cairn.file.max-files", properties.maxFiles(), properties.maxFiles(), 1,
				Integer.MAX_VALUE);
		FileSender sender = InvalidProperty.check("cairn.file.max-file-size", properties.maxFileSize(),
				() -> new FileSender(properties.directory(), properties.encoding().encoder(redactor, application),
						limits.maxBytes(), properties.maxFileSize().toBytes(), properties.maxFiles()));
		return new AsyncSink(ledger.channel(SINK_NAME), sender, properties.delivery().toOptions("cairn.file"));
	}

}
