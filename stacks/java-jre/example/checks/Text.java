import java.awt.Color;
import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.imageio.ImageIO;

/** Text is drawn without a display, in every logical font, and goes through JPEG, PNG and a colour profile. */
public class Text {
    public static void main(String[] args) throws Exception {
        for (var font : new String[] {Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED, Font.DIALOG}) {
            System.out.println(font + " " + (inked(drawn(font)) > 100));
        }
        for (var format : new String[] {"jpg", "png"}) {
            System.out.println(format + " " + (inked(coded(drawn(Font.SERIF), format)) > 100));
        }
        var grey = new ColorConvertOp(ColorSpace.getInstance(ColorSpace.CS_GRAY), null);
        System.out.println("grey " + (inked(grey.filter(drawn(Font.SERIF), null)) > 100));
        System.out.println(GraphicsEnvironment.isHeadless() + " "
                + String.join(", ", GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames()));
    }

    private static BufferedImage drawn(String font) {
        var image = new BufferedImage(400, 60, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(font, Font.BOLD, 32));
        graphics.drawString("Grüße, Ελλάδα", 10, 40);
        graphics.dispose();
        return image;
    }

    private static BufferedImage coded(BufferedImage image, String format) throws Exception {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static int inked(BufferedImage image) {
        var dark = 0;
        for (var x = 0; x < image.getWidth(); x++) {
            for (var y = 0; y < image.getHeight(); y++) {
                dark += (image.getRGB(x, y) & 0xff) < 128 ? 1 : 0;
            }
        }
        return dark;
    }
}
