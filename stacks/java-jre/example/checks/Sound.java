import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** The library for sound devices is left out: files are written and read without it. */
public class Sound {
    public static void main(String[] args) throws Exception {
        var format = new AudioFormat(8000, 16, 1, true, false);
        var silence = new AudioInputStream(new ByteArrayInputStream(new byte[200]), format, 100);
        var file = new ByteArrayOutputStream();
        AudioSystem.write(silence, AudioFileFormat.Type.WAVE, file);
        var read = AudioSystem.getAudioInputStream(new ByteArrayInputStream(file.toByteArray()));
        System.out.println(read.getFormat().getFrameRate() + " Hz, " + read.getFrameLength() + " frames");
    }
}
