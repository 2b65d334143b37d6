package dev.cairn.spring.logging;

import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.AppenderAttachable;
import ch.qos.logback.core.spi.ConfigurationEvent;
import ch.qos.logback.core.spi.ConfigurationEventListener;
import dev.cairn.redaction.Redactor;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Masks the secrets in the lines that Logback writes by a pattern, also after changes of
 * its configuration.
 */
final class LogbackRedaction implements ConfigurationEventListener, InitializingBean, DisposableBean {

	private final Redactor redactor;

	private final Map<OutputStreamAppender<ILoggingEvent>, LayoutWrappingEncoder<ILoggingEvent>> before = new ConcurrentHashMap<>();

	LogbackRedaction(Redactor redactor) {
		this.redactor = redactor;
	}

	@Override
	public void afterPropertiesSet() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			context.addConfigurationEventListener(this);
			redact(context);
		}
	}

	@Override
	public void listen(ConfigurationEvent event) {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			redact(context);
		}
	}

	private void redact(LoggerContext context) {
		this.before.keySet().removeIf((appender) -> !appender.isStarted());
		context.getLoggerList().stream().map(Logger::iteratorForAppenders).forEach(this::redact);
	}

	private void redact(Iterator<Appender<ILoggingEvent>> appenders) {
		while (appenders.hasNext()) {
			Appender<ILoggingEvent> appender = appenders.next();
			if (appender instanceof OutputStreamAppender<ILoggingEvent> output
					&& output.getEncoder() instanceof LayoutWrappingEncoder<ILoggingEvent> encoder) {
				this.before.put(output, encoder);
				output.setEncoder(new RedactedEncoder(encoder, this.redactor));
			}
			else if (appender instanceof AppenderAttachable<?>) {
				redact(attachable(appender).iteratorForAppenders());
			}
		}
	}

	@SuppressWarnings("unchecked")
	private static AppenderAttachable<ILoggingEvent> attachable(Appender<ILoggingEvent> appender) {
		return (AppenderAttachable<ILoggingEvent>) appender;
	}

	@Override
	public void destroy() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			context.removeConfigurationEventListener(this);
		}
		this.before.forEach(OutputStreamAppender::setEncoder);
		this.before.clear();
	}

	/**
	 * An encoder whose lines are masked as a whole.
	 */
	private static final class RedactedEncoder extends EncoderBase<ILoggingEvent> {

		private final LayoutWrappingEncoder<ILoggingEvent> encoder;

		private final Redactor redactor;

		RedactedEncoder(LayoutWrappingEncoder<ILoggingEvent> encoder, Redactor redactor) {
			this.encoder = encoder;
			this.redactor = redactor;
			setContext(encoder.getContext());
			start();
		}

		@Override
		public byte[] encode(ILoggingEvent event) {
			Charset charset = this.encoder.getCharset();
			String line = this.redactor.redact(this.encoder.getLayout().doLayout(event));
			return line.getBytes((charset != null) ? charset : Charset.defaultCharset());
		}

		@Override
		public byte[] headerBytes() {
			return this.encoder.headerBytes();
		}

		@Override
		public byte[] footerBytes() {
			return this.encoder.footerBytes();
		}

	}

}
