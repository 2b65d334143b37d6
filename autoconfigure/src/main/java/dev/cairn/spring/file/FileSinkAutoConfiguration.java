package dev.cairn.spring.file;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message.Limits;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder.Format;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;
import dev.cairn.spring.core.InvalidProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the sinks that need no library:
 * local files, which are the default without a broker, standard output, UDP and syslog.
 */
@AutoConfiguration(afterName = "dev.cairn.spring.kafka.KafkaSinkAutoConfiguration",
		before = CairnAutoConfiguration.class)
@ConditionalOnCairn
public final class FileSinkAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(value = "file", insteadOf = "cairnKafkaSink")
	@EnableConfigurationProperties(FileSinkProperties.class)
	static class FileConfiguration {

		@Bean(destroyMethod = "")
		@ConditionalOnMissingBean(name = "cairnFileSink")
		AsyncSink cairnFileSink(FileSinkProperties properties, DeliveryOptions delivery, Accounts ledger, Limits limits,
				Redactor redactor, ApplicationFrames application) {
			InvalidProperty.requireRange("cairn.file.max-files", properties.maxFiles(), properties.maxFiles(), 1,
					Integer.MAX_VALUE);
			Destination destination = InvalidProperty.check("cairn.file.max-file-size", properties.maxFileSize(),
					() -> Destinations.files(properties.directory(),
							properties.encoding().encoder(redactor, application), limits.maxBytes(),
							properties.maxFileSize().toBytes(), properties.maxFiles()));
			return new AsyncSink(ledger.channel("file"), destination, delivery);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(value = "stdout", enabledByDefault = false)
	@EnableConfigurationProperties(StdoutSinkProperties.class)
	static class StdoutConfiguration {

		@Bean(destroyMethod = "")
		@ConditionalOnMissingBean(name = "cairnStdoutSink")
		AsyncSink cairnStdoutSink(StdoutSinkProperties properties, DeliveryOptions delivery, Accounts ledger,
				Limits limits, Redactor redactor, ApplicationFrames application) {
			Destination destination = Destinations.stdout(properties.encoding().encoder(redactor, application),
					limits.maxBytes());
			return new AsyncSink(ledger.channel("stdout"), destination, delivery);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(value = "udp", configured = "cairn.udp.host")
	@EnableConfigurationProperties(UdpSinkProperties.class)
	static class UdpConfiguration {

		@Bean(destroyMethod = "")
		@ConditionalOnMissingBean(name = "cairnUdpSink")
		AsyncSink cairnUdpSink(UdpSinkProperties properties, DeliveryOptions delivery, Accounts ledger, Limits limits,
				Redactor redactor, ApplicationFrames application) {
			InvalidProperty.requireRange("cairn.udp.port", properties.port(), properties.port(), 1, 65_535);
			Destination destination = Destinations.udp(Objects.requireNonNull(properties.host()), properties.port(),
					properties.encoding().encoder(redactor, application), limits.maxBytes());
			return new AsyncSink(ledger.channel("udp"), destination, delivery);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnCairn(value = "syslog", configured = "cairn.syslog.url")
	@EnableConfigurationProperties(SyslogSinkProperties.class)
	static class SyslogConfiguration {

		@Bean(destroyMethod = "")
		@ConditionalOnMissingBean(name = "cairnSyslogSink")
		AsyncSink cairnSyslogSink(SyslogSinkProperties properties, DeliveryOptions delivery, Accounts ledger,
				Limits limits, Redactor redactor, ApplicationFrames application) {
			Destination destination = InvalidProperty.check("cairn.syslog.url", properties.url(),
					() -> Destinations.syslog(Objects.requireNonNull(properties.url()),
							Format.CAIRN.encoder(redactor, application), limits.maxBytes()));
			return new AsyncSink(ledger.channel("syslog"), destination, delivery);
		}

	}

	/**
	 * Properties for writing messages to local files of JSON lines.
	 *
	 * @param enabled Whether messages are written to files. By default, if no broker is
	 * configured.
	 * @param directory Directory of the files.
	 * @param maxFileSize Size at which a file is rotated.
	 * @param maxFiles Number of files to keep, including the current one.
	 * @param encoding Format of the lines.
	 */
	@ConfigurationProperties("cairn.file")
	record FileSinkProperties(@Nullable Boolean enabled, @DefaultValue("./cairn-events") Path directory,
			@DefaultValue("64MB") DataSize maxFileSize, @DefaultValue("10") int maxFiles,
			@DefaultValue("cairn") Format encoding) {
	}

	/**
	 * Properties for writing messages to standard output.
	 *
	 * @param enabled Whether messages are written to standard output.
	 * @param encoding Format of the lines.
	 */
	@ConfigurationProperties("cairn.stdout")
	record StdoutSinkProperties(@DefaultValue("false") boolean enabled, @DefaultValue("cairn") Format encoding) {
	}

	/**
	 * Properties for sending messages as datagrams, one each, as Metlog's UDP sender
	 * does.
	 *
	 * @param enabled Whether messages are sent as datagrams if a host is configured.
	 * @param host Host of the receiver.
	 * @param port Port of the receiver.
	 * @param encoding Format of the datagrams.
	 */
	@ConfigurationProperties("cairn.udp")
	record UdpSinkProperties(@DefaultValue("true") boolean enabled, @Nullable String host,
			@DefaultValue("5565") int port, @DefaultValue("cairn") Format encoding) {
	}

	/**
	 * Properties for sending messages to a syslog server.
	 *
	 * @param enabled Whether messages are sent to a syslog server if one is configured.
	 * @param url Address of the server, such as udp://host:514 or
	 * tcp://host:514?facility=16.
	 */
	@ConfigurationProperties("cairn.syslog")
	record SyslogSinkProperties(@DefaultValue("true") boolean enabled, @Nullable URI url) {
	}

}
